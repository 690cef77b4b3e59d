"""Colleagues of an organisation: who may see and manage, given and taken back."""

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.kernel.kbo import Kbo
from app.organisations.models import Membership
from app.organisations.rules import Claim
from tests.cast import Cast
from tests.citizens import Arrive, acts_for, arrived, known
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


def test_who_was_given_access_chooses_the_organisation_at_once(
    cast: Cast, wiebe: Visitor, mia: Visitor
) -> None:
    mia.open("/organisatie/kiezen")
    assert "Je bent aan geen organisatie gekoppeld" in mia.text
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
    done = [action for action, _by in cast.audited("organisation.")]
    assert done[-2:] == ["organisation.grant", "organisation.take_back"]


def test_what_stands_in_the_kbo_is_taken_back_by_nobody_here(
    cast: Cast, wiebe: Visitor
) -> None:
    wiebe.open(ACCESS)
    assert wiebe.submit(f"{ACCESS}/{number(cast)}/afnemen").status_code == 404


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


@pytest.mark.parametrize(
    ("typed", "rank"), [("", "viewer"), ("x", "viewer"), (MIA, ""), (MIA, "koning")]
)
def test_bad_input_is_told_and_gives_nothing(
    cast: Cast, wiebe: Visitor, typed: str, rank: str
) -> None:
    assert give(wiebe, rank, typed) == 422
    assert "Er is een probleem" in wiebe.text
    assert cast.mails(MIA) == []
