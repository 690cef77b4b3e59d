"""People of Mijn Fluvius who do a thing twice at once: it happens once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.models import Account, ExternalIdentity
from app.accounts.service_external import Externals
from app.accounts.service_register import Registrations, Wanted
from app.kernel.errors import Conflict
from app.passwords import Hashed
from app.runtime import Runtime
from identity import Attempt, Identity
from tests.cast import Cast
from tests.citizens import MOBILE, confirm_link, known
from tests.racing import at_once

EMAIL = "wiebe@zon.example"
BROWSER, STATE = "a browser", "a state"


def asked(cast: Cast, login: str) -> str:
    """The token of a link that was mailed to that address for that account."""
    wanted = Wanted(EMAIL, MOBILE, Hashed(f"hash of {login}", "test"))
    account_id = known(cast, login)
    with cast.runtime.transaction() as session:
        Registrations.of(session, cast.runtime).ask(account_id, wanted)
    return confirm_link(cast, EMAIL).rpartition("/")[2]


def confirms(runtime: Runtime, token: str) -> bool:
    try:
        with runtime.transaction() as session:
            return Registrations.of(session, runtime).confirm(token)
    except Conflict:
        return False


def logins(runtime: Runtime) -> list[str]:
    with runtime.reading() as session:
        return sorted(session.scalars(select(Account.login)))


def test_one_link_used_by_ten_at_once_confirms_once(
    cast: Cast, runtime: Runtime
) -> None:
    token = asked(cast, "eid.wiebe")
    assert at_once(10, lambda _number: confirms(runtime, token)).count(True) == 1
    assert logins(runtime) == [EMAIL]


def test_one_address_wanted_by_many_at_once_is_the_login_of_one(
    cast: Cast, runtime: Runtime
) -> None:
    tokens = [asked(cast, f"eid.{number}") for number in range(5)]
    given = at_once(5, lambda number: confirms(runtime, tokens[number]))
    assert given.count(True) == 1
    assert logins(runtime).count(EMAIL) == 1


def test_one_answer_of_an_issuer_brought_by_ten_at_once_is_taken_once(
    runtime: Runtime,
) -> None:
    with runtime.transaction() as session:
        attempt = Attempt(STATE, "nonce", "verifier", "https://bestanden.example/")
        Externals.of(session, runtime).remember(
            "eid", attempt, browser=BROWSER, next_path="/"
        )

    def back(_number: int) -> bool:
        with runtime.transaction() as session:
            externals = Externals.of(session, runtime)
            return externals.back("eid", STATE, browser=BROWSER) is not None

    assert at_once(10, back).count(True) == 1


@pytest.mark.parametrize("issuer", ["eid", "csam"])
def test_somebody_new_in_many_windows_at_once_has_one_account(
    runtime: Runtime, cast: Cast, issuer: str
) -> None:
    wiebe = Identity("wiebe-1", "Wiebe", "Zon", cast.clock(), national_number="8507")

    def come(number: int) -> int | None:
        by = issuer if number % 2 else "itsme"
        try:
            with runtime.transaction() as session:
                externals = Externals.of(session, runtime)
                came = externals.came(by, replace(wiebe), f"192.0.2.{number}")
        except Conflict:
            return None
        return getattr(came, "account_id", None)

    came = {found for found in at_once(6, come) if found}
    with runtime.reading() as session:
        accounts = set(session.scalars(select(Account.id)))
        tied = set(session.scalars(select(ExternalIdentity.account_id)))
    assert came
    assert accounts == tied
    assert len(accounts) == 1
