"""Who was let in, and who never came: kept for a while, and no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.service_unseen import UNSEEN
from app.db.base import Base
from app.organisations.models import Acting, Invitation, Membership
from app.organisations.rules import ANSWERED_BY, ENDED_KEPT, Claim, Rank
from app.organisations.service import OrganisationCard, Organisations
from app.organisations.service_access import Access
from tests.cast import Cast
from tests.citizens import ZON, known

SECOND = timedelta(seconds=1)


@pytest.fixture
def wiebe(cast: Cast) -> int:
    """Of Zonadvies, in the KBO."""
    return known(cast)


def function_of(cast: Cast, account_id: int, *claims: Claim) -> None:
    with cast.runtime.transaction() as session:
        Organisations.of(session, cast.runtime).take_in(account_id, claims)


def invites(cast: Cast, account_id: int, email: str) -> OrganisationCard:
    with cast.runtime.transaction() as session:
        organisations = Organisations.of(session, cast.runtime)
        (card,) = organisations.of_account(account_id)
        access = Access.of(session, cast.runtime)
        access.grant(card, email, Rank.VIEWER, by=account_id)
    return card


def count(cast: Cast, table: type[Base]) -> int:
    with cast.runtime.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_an_address_that_nobody_came_with_is_forgotten(cast: Cast, wiebe: int) -> None:
    function_of(cast, wiebe, ZON)
    card = invites(cast, wiebe, "bea@zon.example")
    cast.clock.forward(days=1)
    invites(cast, wiebe, "tom@zon.example")
    cast.clock.now += ANSWERED_BY - timedelta(days=1) + SECOND
    cast.tick("organisations.forget")
    with cast.runtime.reading() as session:
        (left,) = Access.of(session, cast.runtime).awaited(card)
    assert left.email == "tom@zon.example"
    assert count(cast, Membership) == 1


def test_access_that_ended_is_known_for_two_years(cast: Cast, wiebe: int) -> None:
    function_of(cast, wiebe, ZON)
    function_of(cast, wiebe)
    cast.clock.now += ENDED_KEPT
    cast.tick("organisations.forget")
    assert count(cast, Membership) == 1
    cast.clock.now += SECOND
    cast.tick("organisations.forget")
    assert count(cast, Membership) == 0
    assert "organisation.leave" in dict(cast.audited())


def test_who_is_forgotten_acts_for_nobody(cast: Cast, wiebe: int) -> None:
    function_of(cast, wiebe, ZON)
    with cast.runtime.transaction() as session:
        Organisations.of(session, cast.runtime).choose(7, wiebe, ZON.kbo)
    cast.tick("organisations.forget")
    assert (count(cast, Membership), count(cast, Acting)) == (1, 1)
    cast.clock.now += UNSEEN + SECOND
    cast.tick("accounts.unseen")
    cast.tick("organisations.forget")
    tables = (Membership, Acting, Invitation)
    assert [count(cast, table) for table in tables] == [0, 0, 0]
