"""Who the journeys begin with."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.kernel.clock import ClockWatch
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from notifier import SendFailed
from tests import real
from tests.cast import (
    AN,
    BO,
    NOISE,
    NOORD,
    SAM_MOBILE,
    STAFF_PASSWORD,
    ZUID,
    Cast,
    correction,
)
from tests.clock import FakeClock
from tests.masters import Rotate
from tests.real import House
from tests.tus import Tus
from tests.visitor import Visitor

REFUSED = SendFailed("the relay: 550 no such user", permanent=True)


@pytest.fixture
def an(cast: Cast) -> str:
    """An is registered; her initial password."""
    cast.register(AN, NOISE)
    return cast.invited()


@pytest.fixture
def settled(cast: Cast) -> None:
    """An and Bo have own passwords."""
    cast.register(AN, BO, NOISE)
    cast.settled("an.peeters")
    cast.settled("bo.maes")


@pytest.fixture
def an_with(
    cast: Cast, visitor: Callable[[], Visitor]
) -> Callable[[dict[str, bytes]], Visitor]:
    """An is in; these files were published, if any."""

    def come(files: dict[str, bytes]) -> Visitor:
        cast.everybody()
        cast.settled()
        if files:
            cast.publish(files)
        her = visitor()
        her.sign_in(cast, "an.peeters")
        return her

    return come


@pytest.fixture
def tus(sam: Visitor) -> Tus:
    """Sam's upload program, at a draft of his."""
    return Tus.of(sam)


@pytest.fixture
def delivery(cast: Cast) -> str:
    """Noord and Zuid got a file; Zuid's letter was refused."""
    cast.everybody()
    cast.settled("an.peeters")
    cast.email.refused["bo@zuid.example"] = REFUSED
    placed = cast.publish({correction(NOORD): b"van Noord", correction(ZUID): b"Zuid"})
    cast.tick("post.deliver")
    return placed.delivery


@pytest.fixture
def colleague(cast: Cast, visitor: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    """Somebody of that role, signed in: `admin.claes` for an admin."""

    def come(role: str) -> Visitor:
        login = f"{role}.claes"
        cast.staff(login, role)
        initial, person = cast.staff_passwords[login], visitor()
        person.first_sign_in(cast, login, initial, SAM_MOBILE, password=STAFF_PASSWORD)
        return person

    return come


@pytest.fixture
def signed_in(
    cast: Cast, visitor: Callable[[], Visitor]
) -> Callable[[str, str], Visitor]:
    """Somebody of the staff under that login, who came in long ago for the first."""

    def come(login: str, role: str) -> Visitor:
        cast.staff(login, role)
        cast.settled(login)
        cast.clock.forward(minutes=2)
        person = visitor()
        person.sign_in(cast, login, SAM_MOBILE)
        return person

    return come


@pytest.fixture
def sam(cast: Cast, signed_in: Callable[[str, str], Visitor]) -> Visitor:
    """Sam may release; Noord and Zuid are registered."""
    cast.register(AN, BO, NOISE)
    return signed_in("sam.claes", "releaser")


@pytest.fixture
def house(
    database_url: str, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The house over real parts; it trusts the relay by its certificate's file."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "relay.pem"))
    with real.house(database_url, clock, tmp_path) as house:
        yield house


@pytest.fixture
def rotate(environ: dict[str, str], cast: Cast) -> Iterator[Rotate]:
    """The same house, as a process that was started with other master keys."""
    built: list[Runtime] = []

    def start(master_keys: str, **other: str) -> Flask:
        told = environ | {"MASTER_KEYS": master_keys} | other
        settings = Settings.from_env({name: told[name] for name in told if told[name]})
        fresh = build(settings, cast.clock)
        built.append(fresh)
        watch = ClockWatch(cast.clock, cast.clock.monotonic)
        cast.runtime = replace(fresh, watch=watch, email=cast.email, sms=cast.sms)
        return create_app(cast.runtime)

    yield start
    for runtime in built:
        runtime.database.close()
