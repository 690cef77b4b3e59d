"""Mijn EAN-lijst through its page: a person's, their organisation's, no other's."""

import logging
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.citizens import acts_for, arrived, known
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]
PAGE = "/poortbeheer/"
SHOWN, TYPED = "5414 4999 9000 0000 17", "5414.4999.9000 0000 17"
OTHER, OTHER_SHOWN = "541449999000000024", "5414 4999 9000 0000 24"


def type_in(person: Visitor, text: str) -> int:
    person.open(PAGE)
    return person.submit(PAGE, {"ean": text}).status_code


def drop(person: Visitor, entry_id: int = 1) -> int:
    return person.submit(f"{PAGE}{entry_id}/verwijderen").status_code


@pytest.fixture
def wiebe(cast: Cast, visitor: Arrive) -> Visitor:
    return arrived(cast, visitor, known(cast))


def test_a_code_comes_on_the_list_and_goes_off_it(wiebe: Visitor) -> None:
    wiebe.open(PAGE)
    assert "Er staat nog geen EAN-code in." in wiebe.text
    assert type_in(wiebe, TYPED) == 303
    wiebe.follow()
    assert "EAN-code … 0017 staat in je lijst." in wiebe.text
    assert SHOWN in wiebe.text
    assert "Toegevoegd op 26/10/2026" in wiebe.text
    assert drop(wiebe) == 303
    wiebe.follow()
    assert SHOWN not in wiebe.text


def test_the_last_one_stands_first(wiebe: Visitor) -> None:
    type_in(wiebe, TYPED)
    type_in(wiebe, OTHER)
    wiebe.follow()
    assert wiebe.text.index(OTHER_SHOWN) < wiebe.text.index(SHOWN)
    assert "2 EAN-codes" in wiebe.text


@ONE_DATABASE
def test_what_is_no_code_stays_in_the_field_with_what_is_wrong(wiebe: Visitor) -> None:
    assert type_in(wiebe, "5414 4999") == 422
    assert "Deze code telt 8 cijfers. Een EAN-code telt er 18." in wiebe.text
    assert wiebe.page
    assert 'value="5414 4999"' in wiebe.page.text
    assert "<title>Fout: Mijn EAN-lijst" in wiebe.page.text


@ONE_DATABASE
def test_a_code_stands_on_a_list_once(wiebe: Visitor) -> None:
    type_in(wiebe, TYPED)
    assert type_in(wiebe, TYPED.replace(".", "")) == 422
    assert "Deze EAN-code staat al in je lijst." in wiebe.text


def test_the_list_of_another_stays_out_of_reach(
    cast: Cast, visitor: Arrive, wiebe: Visitor
) -> None:
    type_in(wiebe, TYPED)
    noor = arrived(cast, visitor, known(cast, "eid.noor"))
    noor.open(PAGE)
    assert SHOWN not in noor.text
    assert drop(noor) == 404
    assert type_in(noor, TYPED) == 303  # the same code may stand on any list
    wiebe.open(PAGE)
    assert SHOWN in wiebe.text


def test_an_organisation_has_a_list_that_its_people_share(
    cast: Cast, visitor: Arrive
) -> None:
    first, second = known(cast), known(cast, "eid.noor")
    wiebe, noor = arrived(cast, visitor, first), arrived(cast, visitor, second)
    type_in(wiebe, OTHER)  # for himself
    acts_for(cast, wiebe, first)
    type_in(wiebe, TYPED)
    wiebe.follow()
    assert "Zonadvies Wiebe bv" in wiebe.text
    assert OTHER_SHOWN not in wiebe.text
    acts_for(cast, noor, second)
    noor.open(PAGE)
    assert SHOWN in noor.text
    assert OTHER_SHOWN not in noor.text
    assert drop(noor, 2) == 303
    noor.open(PAGE)
    assert noor.submit("/organisatie/kiezen", {"kbo": ""}).location == PAGE
    noor.follow()
    assert drop(noor, 1) == 404


@ONE_DATABASE
def test_a_page_of_one_s_own_list_changes_no_organisation_s(
    cast: Cast, visitor: Arrive
) -> None:
    account_id = known(cast)
    wiebe = arrived(cast, visitor, account_id)
    wiebe.open(PAGE)
    own = {"csrf_token": wiebe.token(), "ean": TYPED}
    acts_for(cast, wiebe, account_id)  # in another window
    wiebe.open(PAGE)
    assert wiebe.submit(PAGE, own).status_code == 409
    assert "intussen handel je voor Zonadvies Wiebe bv" in wiebe.text
    wiebe.open(PAGE)
    shared = {"csrf_token": wiebe.token(), "ean": TYPED}
    wiebe.submit("/organisatie/kiezen", {"kbo": ""})
    wiebe.open(PAGE)
    assert wiebe.submit(PAGE, shared).status_code == 409
    assert "intussen handel je voor jezelf" in wiebe.text
    wiebe.open(PAGE)
    assert "Er staat nog geen EAN-code in." in wiebe.text


@ONE_DATABASE
def test_a_code_is_in_no_log_and_not_in_the_audit_book(
    cast: Cast, wiebe: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        type_in(wiebe, TYPED)
        wiebe.follow()
        drop(wiebe)
    assert caplog.records
    assert "541449999000000017" not in caplog.text
    assert cast.audited("connection.") == [
        ("connection.list", "eid.wiebe"),
        ("connection.unlist", "eid.wiebe"),
    ]
