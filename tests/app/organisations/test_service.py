"""Organisations on both databases: functions of the KBO, and for whom one acts."""

import pytest

from app.accounts.models import Account
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from app.organisations.rules import Claim, Rank
from app.organisations.service import OrganisationCard, Organisations
from tests.cast import Cast
from tests.databases import ONE_DATABASE

ZON = Claim(Kbo("0123456749"), "Zonadvies Wiebe bv", "Rubensstraat 1", "Zaakvoerder")
WIND = Claim(Kbo("1000000021"), "Windkracht cv", "Kaai 2, 9000 Gent", "Bestuurder")


def person(cast: Cast, login: str) -> int:
    """Somebody of whom an issuer told us."""
    with cast.runtime.transaction() as session:
        account = Account(
            login=login, role="user", name=login, email="", mobile="",
            created_at=cast.clock(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        return account.id


def take_in(cast: Cast, account_id: int, *claims: Claim) -> None:
    with cast.runtime.transaction() as session:
        Organisations.of(session, cast.runtime).take_in(account_id, claims)


def choose(cast: Cast, session_id: int, account_id: int, kbo: Kbo | None) -> None:
    with cast.runtime.transaction() as session:
        Organisations.of(session, cast.runtime).choose(session_id, account_id, kbo)


def acting(cast: Cast, session_id: int, account_id: int) -> OrganisationCard | None:
    with cast.runtime.reading() as session:
        return Organisations.of(session, cast.runtime).acting(session_id, account_id)


def names(cast: Cast, account_id: int) -> list[str]:
    with cast.runtime.reading() as session:
        cards = Organisations.of(session, cast.runtime).of_account(account_id)
        return [card.name for card in cards]


def test_functions_begin_and_end_as_the_issuer_tells(cast: Cast) -> None:
    wiebe = person(cast, "wiebe")
    take_in(cast, wiebe, ZON, WIND)
    assert names(cast, wiebe) == ["Windkracht cv", "Zonadvies Wiebe bv"]
    take_in(cast, wiebe, ZON)
    assert names(cast, wiebe) == ["Zonadvies Wiebe bv"]
    take_in(cast, wiebe, ZON, WIND)
    assert names(cast, wiebe) == ["Windkracht cv", "Zonadvies Wiebe bv"]
    done = [action for action, _by in cast.audited("organisation.")]
    assert done == [*["organisation.join"] * 2, "organisation.leave", done[0]]


def test_a_sign_in_takes_over_what_the_register_calls_an_organisation(
    cast: Cast,
) -> None:
    wiebe = person(cast, "wiebe")
    take_in(cast, wiebe, ZON)
    take_in(cast, wiebe, Claim(ZON.kbo, "Zonadvies nv", "", "Bestuurder"))
    with cast.runtime.reading() as session:
        organisations = Organisations.of(session, cast.runtime)
        (card,) = organisations.of_account(wiebe)
        assert organisations.by_kbo(WIND.kbo) is None
        (bare,) = organisations.by_id([card.id]).values()
    assert card == OrganisationCard(
        card.id, ZON.kbo, "Zonadvies nv", "Rubensstraat 1", Rank.ADMINISTRATOR,
        "Bestuurder",
    )  # fmt: skip
    assert (bare.name, bare.rank) == ("Zonadvies nv", Rank.VIEWER)


def test_a_session_acts_for_whom_was_chosen_and_for_no_other(cast: Cast) -> None:
    wiebe, mia = person(cast, "wiebe"), person(cast, "mia")
    take_in(cast, wiebe, ZON, WIND)
    take_in(cast, mia, WIND)
    assert acting(cast, 7, wiebe) is None
    choose(cast, 7, wiebe, ZON.kbo)
    choose(cast, 7, wiebe, WIND.kbo)
    found = acting(cast, 7, wiebe)
    assert found is not None
    assert found.kbo == WIND.kbo
    assert acting(cast, 8, wiebe) is None
    assert acting(cast, 7, mia) is None  # the number of a session that was forgotten
    choose(cast, 7, wiebe, None)
    assert acting(cast, 7, wiebe) is None


@ONE_DATABASE
def test_nobody_acts_for_an_organisation_of_others(cast: Cast) -> None:
    wiebe = person(cast, "wiebe")
    take_in(cast, person(cast, "mia"), WIND)
    with pytest.raises(NotFound):
        choose(cast, 7, wiebe, WIND.kbo)


def test_who_loses_the_function_acts_no_longer_from_that_moment(cast: Cast) -> None:
    wiebe = person(cast, "wiebe")
    take_in(cast, wiebe, ZON)
    choose(cast, 7, wiebe, ZON.kbo)
    take_in(cast, wiebe)
    assert acting(cast, 7, wiebe) is None


def test_an_organisation_may_move_in_without_anybody(cast: Cast) -> None:
    with cast.runtime.transaction() as session:
        card = Organisations.of(session, cast.runtime).enrol([ZON])[ZON.kbo]
    with cast.runtime.reading() as session:
        assert Organisations.of(session, cast.runtime).by_kbo(ZON.kbo) == card
