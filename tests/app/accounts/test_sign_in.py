"""What came in between: a step that is late finds its way gone, and leaves no trace."""

from typing import NamedTuple

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account, PendingSignIn, SmsCode, WebSession
from app.accounts.rules import Refused, Step, Why
from app.accounts.service_admission import Admission, Admitted, Origin
from app.accounts.service_codes import Code
from app.accounts.service_reset import Resets
from app.accounts.service_sign_in import SignIn
from app.passwords import Hashed
from app.runtime import Runtime
from tests.cast import AN, Cast

HELD = Hashed("a hash", "test")


class Way(NamedTuple):
    """A sign-in with the initial password that lacks only its code."""

    token: str
    digits: str


@pytest.fixture
def her_way(cast: Cast, runtime: Runtime) -> Way:
    cast.register(AN)
    cast.invited()
    with runtime.transaction() as session:
        sign_in = SignIn.of(session, runtime)
        account_id = session.scalars(select(Account.id)).one()
        token = sign_in.hold(sign_in.begin(account_id, Step.CHOOSE), HELD)
        assert token
        code = sign_in.send_code(token)
        assert isinstance(code, Code)
    return Way(token, code.digits)


def test_a_password_that_was_changed_while_it_was_compared_is_wrong(
    cast: Cast, runtime: Runtime
) -> None:
    cast.register(AN)
    cast.settled()
    with runtime.transaction() as session:
        admission = Admission.of(session, runtime)
        admitted = admission.admit("an.peeters", Origin("192.0.2.1"))
    assert isinstance(admitted, Admitted)
    cast.settled(password="een nieuwe, intussen")
    with runtime.transaction() as session:
        sign_in = SignIn.of(session, runtime)
        passed = sign_in.password(admitted, right=True, next_path="/")
        assert passed == Refused(Why.WRONG)
        assert not session.scalars(select(PendingSignIn)).all()


def test_an_own_password_is_held_back_once(her_way: Way, runtime: Runtime) -> None:
    with runtime.transaction() as session:
        sign_in = SignIn.of(session, runtime)
        assert sign_in.hold(her_way.token, Hashed("another", "test")) is None
        assert session.scalars(select(PendingSignIn.held_hash)).all() == ["a hash"]


def test_without_a_way_there_is_no_code(runtime: Runtime) -> None:
    with runtime.transaction() as session:
        sign_in = SignIn.of(session, runtime)
        assert sign_in.send_code("nobody's") == Refused(Why.OVER)
        assert sign_in.code("nobody's", "123456") == Refused(Why.OVER)
        assert sign_in.way("nobody's") is None
        sign_in.leave("nobody's")


def test_the_right_code_is_worth_nothing_once_the_initial_password_is_spent(
    her_way: Way, runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        session.execute(update(Account).values(initial_mac=None))
    with runtime.transaction() as session:
        came = SignIn.of(session, runtime).code(her_way.token, her_way.digits)
    assert came == Refused(Why.OVER)
    with runtime.reading() as session:
        assert session.scalars(select(Account.password_hash)).one() is None
        assert not session.scalars(select(WebSession)).all()
        assert session.scalars(select(SmsCode.spent_at)).one() is not None


def test_a_code_is_spent_by_the_one_who_changes_its_row(
    her_way: Way, runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        codes = SignIn.of(session, runtime).codes
        code = session.scalars(select(SmsCode)).one()
        assert codes._claim(code.id)
        assert not codes._claim(code.id)
        assert not codes._count(code), "nor is a spent code tried again"


def test_a_way_that_ended_opens_nothing(her_way: Way, runtime: Runtime) -> None:
    with runtime.transaction() as session:
        sign_in = SignIn.of(session, runtime)
        pending_id = session.scalars(select(PendingSignIn.id)).one()
        assert sign_in.pendings.end(PendingSignIn.id == pending_id)
        assert not sign_in.pendings.end(PendingSignIn.id == pending_id)
        assert sign_in.code(her_way.token, her_way.digits) == Refused(Why.OVER)


def test_a_link_that_died_while_the_password_was_hashed_sets_nothing(
    cast: Cast, runtime: Runtime
) -> None:
    cast.register(AN)
    with runtime.transaction() as session:
        resets = Resets.of(session, runtime)
        account_id = session.scalars(select(Account.id)).one()
        link = resets.accounts.ways.link(
            account_id, lifetime=cast.clock() - cast.clock()
        )
        assert resets.use(link, HELD) is None
        assert not session.scalars(select(PendingSignIn)).all()
