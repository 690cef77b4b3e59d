"""Colleagues of an organisation: who may see and manage, given and taken back."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.kernel.kbo import Kbo
from app.organisations.models import Membership
from app.organisations.rules import Claim
from app.organisations.service import Organisations
from tests.cast import Cast
from tests.citizens import ZON, Arrive, acts_for, arrived, known
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

MIA = "mia@zon.example"
ACCESS = "/organisatie/toegang"
WIND = Claim(Kbo("1000000021"), "Windkracht cv")


@pytest.fixture
def wiebe(cast: Cast, visitor: Arrive) -> Visitor:
    """Who stands in the KBO for Zonadvies, and acts for it."""
    account_id = known(cast)
    person = arrived(cast, visitor, account_id)
    acts_for(cast, person, account_id)
    return person


@pytest.fixture
def mia(cast: Cast, visitor: Arrive) -> Visitor:
    """Somebody whose address is proven."""
    account_id = known(cast, "eid.mia")
    proven = update(Account).where(Account.id == account_id)
    with cast.runtime.transaction() as session:
        session.execute(proven.values(email=MIA, name="Mia Verlinden"))
    return arrived(cast, visitor, account_id)


def give(person: Visitor, rank: str = "viewer", email: str = MIA) -> int:
    person.open(ACCESS)
    return person.submit(ACCESS, {"email": email, "rang": rank}).status_code


def come(person: Visitor) -> int:
    """Choose Zonadvies, which has to be on offer."""
    person.open("/organisatie/kiezen")
    return person.submit("/organisatie/kiezen", {"kbo": "0123456749"}).status_code


def number(cast: Cast) -> int:
    """The last membership that began."""
    with cast.runtime.reading() as session:
        return max(session.scalars(select(Membership.id)))


def account_of(cast: Cast, login: str) -> int:
    with cast.runtime.reading() as session:
        found = Organisations.of(session, cast.runtime).accounts.find(login)
    assert found is not None
    return found.id


def loses_the_function(cast: Cast, *left: Claim, login: str = "eid.wiebe") -> None:
    """CSAM tells at a sign-in what is left in the KBO."""
    with cast.runtime.transaction() as session:
        organisations = Organisations.of(session, cast.runtime)
        organisations.take_in(account_of(cast, login), left)


def blocks(cast: Cast, login: str, *, blocked_at: datetime | None) -> None:
    which = update(Account).where(Account.login == login)
    with cast.runtime.transaction() as session:
        session.execute(which.values(blocked_at=blocked_at))


def comes_again(cast: Cast, person: Visitor, login: str) -> None:
    """A session of now, in the same browser."""
    arrived(cast, lambda: person, account_of(cast, login))


def test_who_was_given_access_chooses_the_organisation_at_once(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    mia.open("/organisatie/kiezen")
    assert "Je bent aan geen organisatie gekoppeld" in mia.text
    assert "Ben je hier voor jezelf?" in mia.text
    assert give(wiebe) == 303
    letter = cast.mails(MIA)[-1]
    assert letter.subject == "Je kreeg toegang tot Zonadvies Wiebe bv op Mijn Fluvius"
    wiebe.follow()
    assert "Meldde zich nog niet aan" in wiebe.text
    assert come(mia) == 303
    mia.open("/organisatie/")
    assert "Zonadvies Wiebe bv" in mia.text
    assert "Toegang van collega's" not in mia.text  # who only sees, grants nothing
    wiebe.open(ACCESS)
    assert "Mia Verlinden" in wiebe.text
    assert "Meldde zich nog niet aan" not in wiebe.text


@ONE_DATABASE
def test_who_only_sees_or_manages_lets_nobody_in(wiebe: Visitor, mia: Visitor) -> None:
    for rank in ("viewer", "manager"):
        give(wiebe, rank)
        come(mia)
        page = mia.open(ACCESS)
        assert page.status_code == 200
        assert "Iemand toegang geven" not in mia.text
        mia.open("/profiel")
        fields = {"email": "x@zon.example", "rang": "viewer"}
        assert mia.submit(ACCESS, fields).status_code == 403


def test_what_is_taken_back_ends_at_the_next_request(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    give(wiebe)
    come(mia)
    wiebe.open(ACCESS)
    assert wiebe.submit(f"{ACCESS}/{number(cast)}/afnemen").status_code == 303
    assert mia.open("/organisatie/").location == "/organisatie/kiezen"
    assert come(mia) == 404
    wiebe.open(ACCESS)
    assert wiebe.submit(f"{ACCESS}/{number(cast)}/afnemen").status_code == 404
    done = [action.removeprefix("organisation.") for action, _by in cast.audited("org")]
    assert done[-3:] == ["grant", "accept", "take_back"]
    letter = cast.mails(MIA)[-1]
    assert letter.subject == (
        "Je toegang tot Zonadvies Wiebe bv op Mijn Fluvius is afgenomen"
    )
    assert letter.text.startswith("Dag Mia Verlinden\n")


def test_a_rank_is_changed_and_counts_at_the_next_request(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    give(wiebe)
    come(mia)
    wiebe.open(ACCESS)
    path = f"{ACCESS}/{number(cast)}/rang"
    assert wiebe.submit(path, {"rang": "administrator"}).status_code == 303
    mia.open(ACCESS)
    assert "Iemand toegang geven" in mia.text
    assert "Je mag nu: beheren en anderen toegang geven." in " ".join(
        cast.mails(MIA)[-1].text.split()
    )
    wiebe.open(ACCESS)
    assert wiebe.submit(path, {"rang": "koning"}).status_code == 422
    assert wiebe.submit(path, {"rang": "viewer"}).status_code == 303
    assert mia.submit(path, {"rang": "administrator"}).status_code == 403
    assert "Alleen een beheerder van Zonadvies Wiebe bv" in mia.text


def test_nobody_is_left_without_an_administrator(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    give(wiebe, "administrator")
    come(mia)
    loses_the_function(cast)
    mia.open(ACCESS)
    path = f"{ACCESS}/{number(cast)}"
    for deed, fields in (("afnemen", {}), ("rang", {"rang": "manager"})):
        mia.open(ACCESS)
        assert mia.submit(f"{path}/{deed}", fields).status_code == 409
        assert "Dit is de laatste beheerder" in mia.text
    loses_the_function(cast, ZON)
    blocks(cast, "eid.wiebe", blocked_at=cast.clock())  # who may not come in leads none
    mia.open(ACCESS)
    assert mia.submit(f"{path}/afnemen").status_code == 409
    blocks(cast, "eid.wiebe", blocked_at=None)
    mia.open(ACCESS)
    assert mia.submit(f"{path}/afnemen").location == "/organisatie/kiezen"
    mia.follow()
    assert "Je bent aan geen organisatie gekoppeld" in mia.text


def test_what_was_granted_outlives_a_function_in_the_kbo(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    give(wiebe)
    come(mia)
    acts_for(cast, mia, account_of(cast, "eid.mia"), ZON)
    mia.open(ACCESS)
    assert "Iemand toegang geven" in mia.text
    loses_the_function(cast, login="eid.mia")
    mia.open(ACCESS)
    assert "Alleen een beheerder van de organisatie geeft toegang" in mia.text


def test_what_nobody_took_up_in_a_month_is_over_and_may_be_given_anew(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    give(wiebe)
    letter = " ".join(cast.mails(MIA)[-1].text.split())
    assert "Zo meld je je aan, tot en met 25/11/2026: 1." in letter
    cast.clock.forward(days=30)
    for login, person in (("eid.wiebe", wiebe), ("eid.mia", mia)):
        comes_again(cast, person, login)
    assert come(mia) == 404
    acts_for(cast, wiebe, account_of(cast, "eid.wiebe"))
    wiebe.open(ACCESS)
    assert "Meldde zich niet op tijd aan" in wiebe.text
    assert give(wiebe) == 303
    assert come(mia) == 303


@ONE_DATABASE
def test_what_stands_in_the_kbo_is_taken_back_by_nobody_here(
    cast: Cast, wiebe: Visitor
) -> None:
    wiebe.open(ACCESS)
    assert wiebe.submit(f"{ACCESS}/{number(cast)}/afnemen").status_code == 404


@ONE_DATABASE
def test_an_address_that_did_not_come_in_yet_may_be_withdrawn(
    wiebe: Visitor, mia: Visitor
) -> None:
    give(wiebe)
    assert give(wiebe) == 409
    path = f"{ACCESS}/uitnodigingen/1/intrekken"
    wiebe.open(ACCESS)
    assert wiebe.submit(path).status_code == 303
    wiebe.follow()
    assert MIA not in wiebe.text
    wiebe.open(ACCESS)
    assert wiebe.submit(path).status_code == 404
    assert come(mia) == 404


@ONE_DATABASE
def test_nobody_reaches_into_another_organisation(
    cast: Cast, wiebe: Visitor, visitor: Arrive, mia: Visitor
) -> None:
    give(wiebe)
    stranger_id = known(cast, "eid.stranger")
    stranger = arrived(cast, visitor, stranger_id)
    assert stranger.open(ACCESS).status_code == 404
    acts_for(cast, stranger, stranger_id, WIND)
    stranger.open(ACCESS)
    assert stranger.submit(f"{ACCESS}/uitnodigingen/1/intrekken").status_code == 404
    come(mia)
    stranger.open(ACCESS)
    assert stranger.submit(f"{ACCESS}/{number(cast) - 1}/afnemen").status_code == 404


@ONE_DATABASE
@pytest.mark.parametrize(
    ("typed", "rank"), [("", "viewer"), ("x", "viewer"), (MIA, ""), (MIA, "koning")]
)
def test_bad_input_is_told_and_gives_nothing(
    cast: Cast, wiebe: Visitor, typed: str, rank: str
) -> None:
    assert give(wiebe, rank, typed) == 422
    assert "Er is een probleem" in wiebe.text
    assert cast.mails(MIA) == []
