"""Publishing holds the plan against the register of that very moment."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.accounts.service import Accounts, Person
from app.communities.service import Communities
from app.filedrop import intake
from app.filedrop.service_publish import Publishing
from app.filedrop.service_stash import Incoming, stash
from app.kernel.errors import Conflict
from tests.cast import ZUID, Cast, correction
from tests.databases import ON_POSTGRES


@pytest.fixture
def sam(cast: Cast) -> Person:
    cast.everybody()
    with cast.runtime.reading() as session:
        return Publishing.of(session, cast.runtime).releaser("sam.claes")


@pytest.fixture
def incoming(cast: Cast, sam: Person) -> Sequence[Incoming]:
    """A file for Zuid, planned and sealed."""
    batch = cast.batch({correction(ZUID): b"x"})
    candidates, _ = intake.by_name(intake.files_in(batch))
    with cast.runtime.reading() as session:
        plan = Publishing.of(session, cast.runtime).plan(candidates)
    return stash(cast.runtime, plan, now=cast.clock())


def remove_at_once(cast: Cast, login: str) -> None:
    """Or not at all: whoever has to wait gives up."""
    with cast.runtime.transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = '20ms'"))
        communities = Communities.of(session, cast.runtime)
        communities.remove_manager(ZUID, login, by="sam.claes")


def test_who_was_blocked_meanwhile_gets_nothing_and_nor_does_the_community(
    cast: Cast, sam: Person, incoming: Sequence[Incoming]
) -> None:
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block("bo.maes")
    with (
        pytest.raises(Conflict, match=f"{ZUID} heeft intussen geen beheerder"),
        cast.runtime.transaction() as session,
    ):
        Publishing.of(session, cast.runtime).publish(incoming, by=sam)
    assert cast.audited("delivery") == []


@ON_POSTGRES
def test_nobody_stops_managing_while_the_files_are_placed(
    cast: Cast, sam: Person, incoming: Sequence[Incoming]
) -> None:
    """On SQLite there is one writer anyhow."""
    cast.register(f"{ZUID};Buurtstroom Zuid;an.too;An;an@zuid.example;0470 11 22 27")
    with cast.runtime.transaction() as placing:
        Publishing.of(placing, cast.runtime).publish(incoming, by=sam)
        with pytest.raises(OperationalError, match="lock timeout"):
            remove_at_once(cast, "bo.maes")
    assert cast.audited("delivery") == [("delivery.publish", "sam.claes")]
