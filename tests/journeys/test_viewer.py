"""Who may only look for an organisation sees all there is, and binds it to nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from app.contracts.rules import Channel
from app.organisations.models import Membership
from app.organisations.rules import Rank
from tests.cast import Cast
from tests.databases import ONE_DATABASE
from tests.journeys.test_two_windows import forms, path_of, send
from tests.providers import Provider
from tests.visitor import Visitor

pytestmark = ONE_DATABASE
Visit = Callable[[], Visitor]
OF_CONTRACTS = ("/dienstverlener-worden/", "/diensten/")
WHY = "Je mag voor Zonadvies Wiebe bv alleen raadplegen."


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


@pytest.fixture
def looks(cast: Cast, wiebe: Provider, visitor: Visit) -> Callable[[], Visitor]:
    """From now on Wiebe may only look."""

    def comes() -> Visitor:
        with cast.runtime.transaction() as session:
            session.execute(update(Membership).values(rank=Rank.VIEWER))
        return wiebe.comes_in(visitor())

    return comes


def test_no_form_of_a_contract_is_taken_from_a_viewer_who_is_told_why(
    app: Flask, wiebe: Provider, looks: Callable[[], Visitor]
) -> None:
    wiebe.becomes_one(Channel.API)
    person = looks()
    paths = [path_of(rule) for rule in forms(app)]
    of_contracts = [path for path in paths if path.startswith(OF_CONTRACTS)]
    assert len(of_contracts) >= 9
    for path in of_contracts:
        person.open("/diensten/")
        assert send(person, path, person.token()) == 403, path
        assert WHY in person.text
    assert wiebe.is_provider


@pytest.mark.parametrize("page", ["kanaal", "ondertekenen", "annuleren"])
def test_no_form_of_a_request_is_shown_to_a_viewer_who_is_told_why(
    wiebe: Provider, looks: Callable[[], Visitor], page: str
) -> None:
    wiebe.requests()
    wiebe.chooses()
    person = looks()
    assert person.open(f"/dienstverlener-worden/{page}").status_code == 403
    assert WHY in person.text
    person.open("/dienstverlener-worden/contract")
    assert "Aanvraag annuleren" not in person.text


def test_a_viewer_sees_the_contract_and_its_paper(
    wiebe: Provider, looks: Callable[[], Visitor]
) -> None:
    wiebe.becomes_one()
    person = looks()
    person.open("/diensten/")
    assert "Contract Actief" in person.text
    assert "Opzeggen" not in person.text
    assert person.open("/dienstverlener-worden/contract.pdf").status_code == 200
    person.open("/organisatie/")
    assert "Wat je mag Raadplegen" in person.text
    assert "Toegang van collega's" not in person.text


def test_a_viewer_reads_what_a_provider_is_and_whom_to_ask(
    looks: Callable[[], Visitor],
) -> None:
    person = looks()
    person.open("/dienstverlener-worden/contract")
    assert "Vraag het aan een beheerder van je organisatie." in person.text
