"""Publishing holds the plan against the register of that very moment."""

import pytest

from app.accounts.service import Accounts
from app.filedrop import intake
from app.filedrop.service_publish import Publishing
from app.filedrop.service_stash import stash
from app.kernel.errors import Conflict
from tests.cast import ZUID, Cast, correction


def test_who_was_blocked_meanwhile_gets_nothing_and_nor_does_the_community(
    cast: Cast,
) -> None:
    cast.everybody()
    candidates, _ = intake.by_name(
        intake.files_in(cast.batch({correction(ZUID): b"x"}))
    )
    with cast.runtime.reading() as session:
        publishing = Publishing.of(session, cast.runtime)
        plan, sam = publishing.plan(candidates), publishing.releaser("sam.claes")
    incoming = stash(cast.runtime, plan, now=cast.clock())
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block("bo.maes")
    with (
        pytest.raises(Conflict, match=f"{ZUID} heeft intussen geen beheerder"),
        cast.runtime.transaction() as session,
    ):
        Publishing.of(session, cast.runtime).publish(incoming, by=sam)
    assert cast.audited("delivery") == []
