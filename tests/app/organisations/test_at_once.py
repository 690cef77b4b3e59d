"""Two at the same moment, on both databases: one of them wins, and nobody falls."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.kernel.errors import AppError, Conflict, Forbidden, NotFound
from app.organisations.models import Membership
from app.organisations.rules import Claim, Rank
from app.organisations.service import Organisations
from app.organisations.service_access import Access
from app.organisations.service_invited import Invited
from tests.cast import Cast
from tests.citizens import WIND, ZON
from tests.providers import Provider

MIA = "mia@zon.example"
Deed = Callable[[Access], None]


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    """Who stands in the KBO for Zonadvies."""
    return Provider.wiebe(cast)


@pytest.fixture
def mia(wiebe: Provider) -> Provider:
    return granted(wiebe, "mia")


def granted(wiebe: Provider, login: str) -> Provider:
    """Somebody without a function in the KBO, made administrator by Wiebe."""
    actor = wiebe.actor
    person = Provider.wiebe(wiebe.cast, WIND, login)
    person_id = person.actor.account_id
    does(wiebe, lambda access: access.grant(
        actor.card, f"{login}@zon.example", Rank.ADMINISTRATOR, by=actor.account_id
    ))  # fmt: skip
    loses_the_function(person)
    with wiebe.cast.runtime.transaction() as session:
        Invited.of(session, wiebe.cast.runtime).accept(person_id)
    return Provider(wiebe.cast, ZON, login)


def loses_the_function(person: Provider) -> None:
    account_id = person.actor.account_id
    with person.cast.runtime.transaction() as session:
        Organisations.of(session, person.cast.runtime).take_in(account_id, [])


def does(provider: Provider, deed: Deed) -> type[AppError] | None:
    """What came of it, in a transaction of its own."""
    try:
        with provider.cast.runtime.transaction() as session:
            deed(Access.of(session, provider.cast.runtime))
    except AppError as refused:
        return type(refused)
    return None


def at_once(*work: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result() for future in [pool.submit(one) for one in work]]


def membership(cast: Cast, person: Provider) -> int:
    """The one that lives."""
    with cast.runtime.reading() as session:
        asked = select(Membership.id).where(
            Membership.account_id == person.actor.account_id,
            Membership.ended_at.is_(None),
        )
        return session.scalars(asked).one()


def test_an_address_is_given_access_once(cast: Cast, wiebe: Provider) -> None:
    actor = wiebe.actor

    def give() -> object:
        return does(wiebe, lambda access: access.grant(
            actor.card, "jan@zon.example", Rank.VIEWER, by=actor.account_id
        ))  # fmt: skip

    assert set(at_once(give, give)) == {None, Conflict}
    assert len(cast.mails("jan@zon.example")) == 1


def test_what_is_taken_back_twice_is_taken_back_once(
    cast: Cast, wiebe: Provider, mia: Provider
) -> None:
    actor, one = wiebe.actor, membership(cast, mia)

    def take() -> object:
        return does(wiebe, lambda access: access.take_back(
            actor.card, one, by=actor.account_id
        ))  # fmt: skip

    assert set(at_once(take, take)) == {None, NotFound}
    assert len(cast.mails(MIA)) == 2  # given, and taken


@pytest.mark.parametrize("third", ["nobody", "Wiebe"])
def test_two_administrators_cannot_both_put_the_other_out(
    cast: Cast, wiebe: Provider, mia: Provider, third: str
) -> None:
    bea = granted(wiebe, "bea")
    if third == "nobody":
        loses_the_function(wiebe)
    ties = {one.login: membership(cast, one) for one in (mia, bea)}
    actors = {one.login: one.actor for one in (mia, bea)}

    def puts_out(one: Provider, other: Provider) -> object:
        actor = actors[one.login]
        return does(one, lambda access: access.take_back(
            actor.card, ties[other.login], by=actor.account_id
        ))  # fmt: skip

    found = at_once(lambda: puts_out(mia, bea), lambda: puts_out(bea, mia))
    assert set(found) == {None, Forbidden}


def test_two_who_are_the_first_of_their_organisation_both_come_in(
    cast: Cast, wiebe: Provider
) -> None:
    new = [Claim(WIND.kbo, "Windkracht cv"), ZON]
    bea = Provider.wiebe(cast, ZON, "bea")
    ids = [wiebe.actor.account_id, bea.actor.account_id]

    def comes(account_id: int) -> None:
        with cast.runtime.transaction() as session:
            Organisations.of(session, cast.runtime).take_in(account_id, new)

    at_once(*(lambda one=one: comes(one) for one in ids * 2))
    with cast.runtime.reading() as session:
        organisations = Organisations.of(session, cast.runtime)
        for one in ids:
            assert len(organisations.of_account(one)) == 2
    joined = [who for what, who in cast.audited("organisation.join")]
    assert len(joined) == 4
