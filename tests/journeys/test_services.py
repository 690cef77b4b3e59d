"""Diensten and Overzicht klantgegevens: each state in words, and who may do what."""

from collections.abc import Callable

import pytest

from app.accounts.models import Account
from app.contracts.rules import Channel, State
from app.organisations.models import Membership
from app.organisations.rules import Rank
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import MADE, SCAN, Provider
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
PAPER = "/dienstverlener-worden/contract.pdf"
HERE, CUSTOMERS, CHANGE = "/diensten/", "/klantgegevens/", "/diensten/kanaal/"


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def says(person: Visitor, path: str, *words: str) -> None:
    assert person.open(path).status_code == 200
    for word in words:
        assert word in person.text


@ONE_DATABASE
def test_each_state_has_its_words_and_the_way_on(
    wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    says(person, HERE, "is geen energiedienstverlener", "Dienstverlener worden?")
    says(person, CUSTOMERS, "is geen energiedienstverlener", "Dienstverlener worden?")
    wiebe.requests()
    wiebe.chooses(Channel.API)
    says(person, HERE, "Contract In aanvraag API In aanvraag", "Ga verder met je")
    says(person, CUSTOMERS, "Je aanvraag loopt.")
    wiebe.hands_in()
    wiebe.is_told(State.REFUSED, reason="Pagina 2 ontbreekt.")
    says(person, HERE, "Contract Geweigerd API Niet actief", "Opnieuw aanvragen")
    says(person, HERE, "Reden: Pagina 2 ontbreekt.", "Aangevraagd op 26/10/2026")
    wiebe.requests()
    wiebe.does("cancel")
    says(person, HERE, "Contract Geannuleerd", "Opnieuw aanvragen")
    wiebe.becomes_one(Channel.API)
    says(
        person, HERE, "Contract Actief API Actief", "Startdatum 26/10/2026", "Opzeggen"
    )
    says(person, HERE, "Via zowel de API als Mijn Fluvius", "stappenplan")
    says(person, CUSTOMERS, "Je hebt nog geen mandaten. Bezorg je klanten het")
    says(person, CUSTOMERS, "kan je een mandaat niet beëindigen")
    wiebe.is_told(State.SUSPENDED, reason="Klachten.")
    says(person, HERE, "Contract Geschorst API Niet actief", "Reden: Klachten.")
    says(person, CUSTOMERS, "geschorst is, zie je geen meetgegevens", "Klachten.")
    assert "stappenplan" not in person.text
    wiebe.does("end")
    says(person, HERE, "Contract Opgezegd", "Opnieuw aanvragen")
    says(person, CUSTOMERS, "is geen energiedienstverlener")


@ONE_DATABASE
def test_who_may_only_look_finds_no_button_that_binds(
    wiebe: Provider, visitor: Visit
) -> None:
    wiebe.becomes_one(Channel.API)
    with wiebe.cast.runtime.transaction() as session:
        session.query(Membership).one().rank = Rank.VIEWER
    person = wiebe.comes_in(visitor())
    says(person, HERE, "Contract Actief", "Overzicht klantgegevens", "Download het")
    for verb in ("Opzeggen", "Kanaal wijzigen", "API-clients", "Voorkeur instellen"):
        assert verb not in person.text
    for path in (CHANGE, "/diensten/opzeggen", "/diensten/api/", "/diensten/voorkeur"):
        assert person.open(path).status_code == 403
    says(person, CUSTOMERS, "Je hebt nog geen mandaten.")
    says(person, "/organisatie/", "Bekijken als energiedienstverlener")


@ONE_DATABASE
def test_who_may_only_look_reads_the_contract_without_who_signed_it(
    wiebe: Provider, visitor: Visit
) -> None:
    wiebe.becomes_one()
    assert wiebe.contract is not None
    paths = (f"{HERE}contract/{wiebe.contract.id}.pdf", PAPER)
    person = wiebe.comes_in(visitor())
    assert {person.open(path).get_data() for path in paths} == {SCAN}
    with wiebe.cast.runtime.transaction() as session:
        session.query(Membership).one().rank = Rank.VIEWER
    assert {person.open(path).get_data() for path in paths} == {MADE}
    says(person, HERE, "Download het contract")


@ONE_DATABASE
def test_a_page_of_a_request_that_went_on_leads_to_where_it_is(
    wiebe: Provider, visitor: Visit
) -> None:
    """As the browser's back button, and an old tab, ask for it."""
    person = wiebe.comes_in(visitor())
    wiebe.requests()
    wiebe.chooses(Channel.API)
    wiebe.hands_in()
    assert person.open("/dienstverlener-worden/kanaal").status_code == 303
    person.follow()
    assert person.follow().request.path == "/dienstverlener-worden/ingediend"
    wiebe.does("cancel")
    stale = person.open("/dienstverlener-worden/annuleren")
    assert (stale.status_code, stale.location) == (303, HERE)


@ONE_DATABASE
def test_who_took_another_login_since_is_still_named(
    wiebe: Provider, visitor: Visit, colleague: Callable[[str], Visitor]
) -> None:
    wiebe.requests()
    assert wiebe.contract is not None
    dossier = f"/beheer/contracten/{wiebe.contract.id}"
    person, sam = wiebe.comes_in(visitor()), colleague("uploader")
    with wiebe.cast.runtime.transaction() as session:
        session.query(Account).filter_by(
            login=wiebe.login
        ).one().login = "w@zon.example"
    says(person, HERE, "Aangevraagd 26/10/2026 door Wiebe Maes")
    says(sam, dossier, "Wiebe Maes", "door Wiebe Maes")


@ONE_DATABASE
def test_colleagues_read_whether_a_letter_of_their_decision_went(
    wiebe: Provider, colleague: Callable[[str], Visitor]
) -> None:
    lies = colleague("admin")
    for address, told in (
        ("wiebe@zon.example", "de organisatie krijgt een e-mail."),
        ("", "Niemand van de organisatie heeft een e-mailadres"),
    ):
        with wiebe.cast.runtime.transaction() as session:
            account = session.query(Account).filter_by(login=wiebe.login).one()
            account.email = address
        wiebe.requests()
        wiebe.chooses()
        wiebe.hands_in()
        assert wiebe.contract is not None
        dossier = f"/beheer/contracten/{wiebe.contract.id}"
        lies.open(dossier)
        no = {"besluit": "refused", "gezien": "signed", "reden": "Onleesbaar."}
        lies.submit(f"{dossier}/beslissen", no)
        lies.follow()
        assert told in lies.text


def test_the_api_comes_by_a_contract_beside_the_one_that_stands(
    wiebe: Provider, visitor: Visit
) -> None:
    wiebe.becomes_one()
    person = wiebe.comes_in(visitor())
    says(person, CHANGE, "Nu: Via Mijn Fluvius", "De API aanvragen")
    assert person.submit(CHANGE, {"kanaal": "x"}).status_code == 422
    assert "Kies hoe je de meetgegevens wil raadplegen." in person.text
    person.submit(CHANGE, {"kanaal": "api"})
    person.follow()
    person.follow()
    assert "Ondertekend contract" in person.text
    says(person, HERE, "Contract Actief API In aanvraag", "Ga verder met je aanvraag")
    assert person.open("/dienstverlener-worden/kanaal").location == CHANGE
    person.open(CHANGE)
    person.submit(CHANGE, {"kanaal": "api"})
    wiebe.hands_in()
    assert wiebe.is_provider
    wiebe.is_told(State.ACTIVE)
    says(person, HERE, "Contract Actief API Actief", ": Vervangen")
    says(person, CHANGE, "De API stopt meteen.")
    wiebe.machine()
    says(person, CHANGE, "1 API-client wordt beëindigd")
    person.submit(CHANGE, {"kanaal": "portaal"})
    person.follow()
    assert "De API staat uit." in person.text
    assert "1 API-client is beëindigd." in person.text
    assert "Contract Actief API Niet actief" in person.text
    person.open(CHANGE)
    assert person.submit(CHANGE, {"kanaal": "portaal"}).status_code == 409


@ONE_DATABASE
def test_a_change_can_be_refused_and_cancelled(wiebe: Provider, visitor: Visit) -> None:
    wiebe.becomes_one()
    wiebe.changes("ask_api")
    wiebe.chooses(Channel.API)
    wiebe.hands_in()
    wiebe.is_told(State.REFUSED, reason="Pagina 2 ontbreekt.")
    person = wiebe.comes_in(visitor())
    says(person, HERE, "Contract Actief API Niet actief", "Pagina 2 ontbreekt.")
    says(person, HERE, "Je aanvraag voor de API is geweigerd.")
    wiebe.changes("ask_api")
    says(person, "/dienstverlener-worden/annuleren", "contract blijft gelden, zonder")
    person.submit("/dienstverlener-worden/annuleren")
    person.follow()
    assert "Contract Actief API Niet actief" in person.text


@ONE_DATABASE
def test_each_step_names_its_person_and_ours_by_the_house(
    wiebe: Provider, visitor: Visit
) -> None:
    wiebe.cast.staff()
    wiebe.becomes_one()
    person = wiebe.comes_in(visitor())
    says(person, HERE, "Ondertekend 26/10/2026 door Wiebe Maes")
    says(person, HERE, "Actief 26/10/2026 door Fluvius")
    assert "Sam" not in person.text


@ONE_DATABASE
def test_each_contract_of_theirs_comes_back_and_nobody_elses(
    wiebe: Provider, visitor: Visit
) -> None:
    wiebe.becomes_one()
    bea = Provider.wiebe(wiebe.cast, WIND, "bea")
    bea.becomes_one()
    assert wiebe.contract is not None
    assert bea.contract is not None
    wiebe.does("end")
    wiebe.requests()
    person = wiebe.comes_in(visitor())
    paper = person.open(f"/diensten/contract/{wiebe.contract.id}.pdf")
    assert paper.status_code == 404  # asked for, and not made yet
    wiebe.does("cancel")
    person.open(HERE)
    assert person.text.count("Download het getekende contract") == 1
    assert person.open(f"/diensten/contract/{bea.contract.id}.pdf").status_code == 404
    assert person.open(f"/diensten/contract/{'A' * 22}.pdf").status_code == 404
    mine = bea.comes_in(visitor())
    answer = mine.open(f"/diensten/contract/{bea.contract.id}.pdf")
    assert answer.get_data() == SCAN
    assert answer.headers["Content-Disposition"].startswith("attachment;")
