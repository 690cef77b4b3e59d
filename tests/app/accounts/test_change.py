"""Changing a password beside other changes: one counts, and a dead session none."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.accounts.models import Account, WebSession
from app.accounts.rules import Refused, Why
from app.accounts.service import Accounts
from app.accounts.service_admission import Admission, Admitted, Origin
from app.accounts.service_change import Changing
from app.accounts.service_codes import Code
from app.accounts.service_sessions import Sessions
from app.passwords import Hashed
from app.runtime import Runtime
from tests.cast import AN, Cast


@dataclass
class Change:
    """An, in at a browser, who changes her password there."""

    runtime: Runtime
    seat: int
    digits: str = ""

    def begin(self, held: str, admitted: Admitted | None = None) -> Refused | None:
        with self.runtime.transaction() as db:
            changing = Changing.of(db, self.runtime, seat=self.seat)
            refused = changing.begin(
                admitted or admit(self.runtime), Hashed(held, "test")
            )
            if refused is None:
                made = changing.send_code()
                assert isinstance(made, Code)
                self.digits = made.digits
        return refused

    def finish(self) -> bool:
        with self.runtime.transaction() as db:
            changing = Changing.of(db, self.runtime, seat=self.seat)
            return not isinstance(changing.code(self.digits), Refused)


def admit(runtime: Runtime) -> Admitted:
    with runtime.transaction() as db:
        admitted = Admission.of(db, runtime).admit("an.peeters", Origin("192.0.2.1"))
    assert isinstance(admitted, Admitted)
    return admitted


def password_of(runtime: Runtime) -> str | None:
    with runtime.reading() as db:
        return db.scalars(select(Account.password_hash)).one()


def sit_down(runtime: Runtime) -> Change:
    with runtime.transaction() as db:
        (account_id,) = db.scalars(select(Account.id))
        sessions = Sessions.of(db, runtime)
        sessions.open(account_id, address="192.0.2.1", agent="", device="")
        latest = select(WebSession.id).order_by(WebSession.id.desc()).limit(1)
        return Change(runtime, db.scalars(latest).one())


@pytest.fixture
def change(cast: Cast, runtime: Runtime) -> Change:
    cast.register(AN)
    cast.settled()
    return sit_down(runtime)


def test_of_two_beginnings_in_one_session_the_latest_counts(
    change: Change, cast: Cast
) -> None:
    change.begin("one")
    cast.clock.forward(minutes=2)
    change.begin("two")
    assert change.finish()
    assert password_of(change.runtime) == "two"
    assert not change.finish()


def test_a_session_that_ends_at_that_very_moment_changes_nothing(
    change: Change, runtime: Runtime
) -> None:
    former = password_of(runtime)
    change.begin("new")
    with runtime.transaction() as db:
        Sessions.of(db, runtime).end(change.seat)
    assert not change.finish()
    assert password_of(runtime) == former


def test_leaving_everywhere_ends_a_change_too(change: Change, runtime: Runtime) -> None:
    former = password_of(runtime)
    change.begin("new")
    with runtime.transaction() as db:
        (account_id,) = db.scalars(select(Account.id))
        Accounts.of(db, runtime).ways.end_sessions(account_id)
    assert not change.finish()
    assert password_of(runtime) == former


def test_a_change_in_one_browser_ends_that_of_another(
    change: Change, runtime: Runtime, cast: Cast
) -> None:
    other = sit_down(runtime)
    other.begin("other")
    cast.clock.forward(minutes=2)
    change.begin("mine")
    assert change.finish()
    assert not other.finish()
    assert password_of(runtime) == "mine"


def test_who_was_admitted_with_a_password_that_changed_meanwhile_begins_nothing(
    change: Change, runtime: Runtime
) -> None:
    admitted = admit(runtime)
    change.begin("first")
    assert change.finish()
    refused = change.begin("second", admitted)
    assert refused == Refused(Why.WRONG)


def test_the_code_of_a_change_serves_ten_minutes(change: Change, cast: Cast) -> None:
    change.begin("new")
    cast.clock.forward(minutes=10)
    assert not change.finish()
