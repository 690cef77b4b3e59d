"""Every field of Mijn Fluvius and of staff's contracts, with what nobody means to type.

Over PostgreSQL, which takes no NUL and no word too long, where SQLite takes anything.
"""

from collections.abc import Callable

import pytest
from flask import Flask

from app.contracts.rules import Channel, State
from app.web.guards import USER
from tests.cast import Cast
from tests.citizens import made_account
from tests.databases import ON_POSTGRES
from tests.forms import UNSEEN, Form, is_well_told, names, send, spoil
from tests.providers import Provider
from tests.visitor import Visitor

pytestmark = ON_POSTGRES
OF_WHO_IS_IN = (
    "/organisatie/toegang",
    "/poortbeheer/",
    "/registreren",
    "/organisatie/kiezen",  # and from here on for nobody but oneself
)
OF_AN_ACCOUNT = ("/profiel/e-mailadres", "/profiel/gsm-nummer")
OF_A_PROVIDER = (
    "/diensten/voorkeur",
    "/diensten/api/",
    "/diensten/kanaal/",
    "/diensten/opzeggen",
)
CHANNEL, SIGN = "/dienstverlener-worden/kanaal", "/dienstverlener-worden/ondertekenen"
NO_FIELDS = {
    f"/dienstverlener-worden/{step}"
    for step in ("annuleren", "contract", "toch-indienen")
}


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


@pytest.fixture
def person(wiebe: Provider, visitor: Callable[[], Visitor]) -> Visitor:
    return wiebe.comes_in(visitor())


def test_every_form_with_a_field_is_spoiled_here(app: Flask) -> None:
    views = app.view_functions
    found = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not rule.arguments
        and vars(views[rule.endpoint]).get("__guard__") == USER
    }
    spoiled = {*OF_WHO_IS_IN, *OF_AN_ACCOUNT, *OF_A_PROVIDER, CHANNEL, SIGN}
    assert found - NO_FIELDS == spoiled


def test_who_is_not_in_yet(visitor: Callable[[], Visitor]) -> None:
    pages = ("/aanmelden/mijn-fluvius", "/wachtwoord-vergeten?voor=mijn-fluvius")
    assert spoil(visitor(), pages)


def test_forms_of_who_is_in(person: Visitor) -> None:
    assert spoil(person, OF_WHO_IS_IN)


def test_forms_of_who_has_an_account_as_well(
    cast: Cast, wiebe: Provider, person: Visitor
) -> None:
    made_account(cast, wiebe.login)
    assert spoil(person, OF_AN_ACCOUNT)


def test_forms_on_the_way_to_a_contract(wiebe: Provider, person: Visitor) -> None:
    wiebe.requests()
    assert spoil(person, [CHANNEL])
    wiebe.chooses()
    assert spoil(person, [SIGN])


def waiting(wiebe: Provider) -> str:
    """The page of colleagues on a contract of theirs that waits to be decided."""
    if wiebe.contract is None or wiebe.contract.state is not State.SIGNED:
        wiebe.requests()
        wiebe.chooses()
        wiebe.hands_in()
    assert wiebe.contract
    return f"/beheer/contracten/{wiebe.contract.id}"


def test_what_colleagues_decide(
    wiebe: Provider, colleague: Callable[[str], Visitor]
) -> None:
    lies, chosen = colleague("admin"), {"gezien": "signed", "besluit": "refused"}
    assert spoil(lies, [waiting(wiebe)])
    for what, reason in Form("", {"reden": ""}).spoiled():
        page = waiting(wiebe)
        lies.open(page)
        fields = {"csrf_token": lies.token(), **chosen, **reason}
        send(lies, Form(f"{page}/beslissen"), fields)
        is_well_told(lies, f"reason {what}")
        assert not UNSEEN.search(lies.open(page).text)


def test_addresses_that_no_page_leads_to(
    wiebe: Provider, person: Visitor, colleague: Callable[[str], Visitor]
) -> None:
    wiebe.becomes_one(Channel.API)
    mine = (
        "/organisatie/kiezen?verder=",
        "/registreren?verder=",
        "/verbruik/dienstverlener/",
        "/registreren/",
        "/aanmelden/bij/",
        "/aanmelden/terug/csam?state=",
    )
    theirs = ("?stand=", "?zoek=", "?pagina=", "")
    lies = colleague("auditor")
    asked = [(person, path) for path in mine]
    asked += [(lies, f"/beheer/contracten/{path}") for path in theirs]
    for who, path in asked:
        for kind, name in names():
            who.open(path + name)
            is_well_told(who, f"{path} {kind}")


def test_what_is_not_there_is_not_there_by_any_name(
    wiebe: Provider, person: Visitor
) -> None:
    wiebe.becomes_one(Channel.API)
    person.open("/diensten/api/")
    token = person.token()
    for before, after in (
        ("/diensten/api/", "/vernieuwen"),
        ("/diensten/api/", "/beeindigen"),
        ("/poortbeheer/", "/verwijderen"),
        ("/organisatie/toegang/", "/afnemen"),
        ("/organisatie/toegang/uitnodigingen/", "/intrekken"),
    ):
        for kind, name in names():
            person.submit(f"{before}{name}{after}", {"csrf_token": token})
            assert person.page
            assert person.page.status_code in {404, 405}, (before, kind)
            is_well_told(person, kind)


def test_forms_of_a_provider(wiebe: Provider, person: Visitor) -> None:
    wiebe.becomes_one(Channel.API)
    assert spoil(person, OF_A_PROVIDER)
