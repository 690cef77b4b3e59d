"""Signing in, beside the hash that makes each guess of a thief as slow."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import update

from app import create_app
from app.accounts.models import Account
from app.passwords import DECIDED
from tests.bench.scene import KINDS, Scene, crowd, mobile_of, scene
from tests.bench.table import row, title
from tests.cast import PASSWORD
from tests.visitor import Visitor

PEOPLE, AT_ONCE = 200, 2


def measure() -> None:
    for kind in KINDS:
        with scene(kind) as house:
            _measure(house)


def _measure(house: Scene) -> None:
    cast = house.cast
    cast.register(*crowd(PEOPLE))
    _settle(house)
    app = create_app(cast.runtime)
    visitors = [_arrive(app, number) for number in range(1, PEOPLE + 1)]
    hasher = PasswordHasher(DECIDED.passes, DECIDED.memory_kib, DECIDED.lanes)
    known = hasher.hash(PASSWORD)
    bare = _rate([partial(hasher.verify, known, PASSWORD)] * PEOPLE)
    by_password = _rate([partial(_type, v, n) for n, v in enumerate(visitors, 1)])
    cast.clock.forward(minutes=11)  # codes of the first round are over
    again = [_arrive(app, number) for number in range(1, PEOPLE + 1)]
    whole = _rate([partial(_come_in, house, v, n) for n, v in enumerate(again, 1)])
    title(f"{house.kind}: {PEOPLE} people, {AT_ONCE} at once; beside: bare Argon2id")
    for what, rate in (
        ("the page with the password, typed", by_password),
        ("all of it: page, password, page, code", whole),
    ):
        row(what, f"{rate:.1f}/s", f"{bare:.1f}/s", rate / bare)


def _settle(house: Scene) -> None:
    """One own password for all of them, hashed once."""
    hashed = house.cast.runtime.passwords.hash(PASSWORD)
    settling = update(Account).values(
        password_hash=hashed.text,
        password_key=hashed.key_id,
        credentials_at=house.cast.clock(),
        initial_mac=None,
    )
    with house.cast.runtime.transaction() as session:
        session.execute(settling)


def _arrive(app: Flask, number: int) -> Visitor:
    """Each at an address of their own, as people at home are."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
    return Visitor(client)


def _type(visitor: Visitor, number: int) -> None:
    assert visitor.type_password(f"login.{number}", PASSWORD) == 303


def _come_in(house: Scene, visitor: Visitor, number: int) -> None:
    visitor.sign_in(house.cast, f"login.{number}", mobile_of(number))


def _rate(work: list[Callable[[], object]]) -> float:
    """How many a second, so many at a time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(one) for one in work]:
            done.result()
    return len(work) / (time.perf_counter() - began)
