"""Colleagues and contracts: finding what waits, looking, deciding, stopping."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.contracts.models import ContractStep, DataContract
from app.contracts.rules import Channel, Check, State
from tests.cast import SAM_MOBILE, Cast
from tests.citizens import WIND, ZON
from tests.databases import ONE_DATABASE
from tests.providers import SCAN, Provider, credentials
from tests.visitor import SITE, Fields, Visitor

Colleague = Callable[[str], Visitor]
LIST = "/beheer/contracten/"
PLAN = f"/verbruik/dienstverlener/{ZON.kbo}/stappenplan"
CHECKED: Fields = {"besluit": "active", "gezien": "signed", "nagekeken": list(Check)}

UNWHOLE: list[tuple[Fields, str]] = [
    ({"besluit": "x"}, "Kies wat er met dit contract gebeurt."),
    ({"besluit": ""}, "Kies wat er met dit contract gebeurt."),
    ({"besluit": "suspended", "reden": "x"}, "Kies wat er met dit contract"),
    ({"besluit": "refused", "reden": " \0\n"}, "Schrijf waarom: de organisatie"),
    ({"besluit": "refused", "reden": "x" * 501}, "Schrijf hoogstens 500 tekens."),
    ({"nagekeken": []}, "Vink eerst aan wat je hebt nagekeken."),
    ({"nagekeken": ["x"]}, "Vink eerst aan wat je hebt nagekeken."),
    ({"nagekeken": ["paginas", "functie", "nummer"]}, "Vink eerst aan wat je hebt"),
]


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    """A scan of Zonadvies waits for a decision."""
    wiebe = Provider.wiebe(cast)
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    return wiebe


def path(provider: Provider) -> str:
    assert provider.contract is not None
    return f"{LIST}{provider.contract.id}"


def decide(
    person: Visitor, provider: Provider, **told: str | list[str]
) -> TestResponse:
    """What this colleague sends, who saw the page."""
    person.open(path(provider))
    return person.submit(f"{path(provider)}/beslissen", told)


@ONE_DATABASE
def test_what_waits_is_counted_and_the_count_leads_to_it(
    wiebe: Provider, colleague: Colleague
) -> None:
    other = Provider.wiebe(wiebe.cast, WIND, "bea")
    other.becomes_one()
    sam = colleague("uploader")
    page = sam.open("/beheer/")
    assert "1 contract wacht op een besluit" in sam.text
    assert b'href="/beheer/contracten/"' in page.data
    assert "Alles is geleverd." not in sam.text
    sam.open(LIST)
    assert "Zonadvies Wiebe bv" in sam.text
    assert "Windkracht cv" not in sam.text
    assert "Ondertekend 1 Actief 1 Alle 2" in sam.text
    wiebe.is_told(State.ACTIVE)
    sam.open(LIST)
    assert "Er wacht geen contract op een besluit." in sam.text


@ONE_DATABASE
def test_what_waits_stands_in_the_letter_of_the_day(wiebe: Provider) -> None:
    wiebe.cast.staff("rein.claes", "releaser")
    wiebe.cast.clock.forward(days=1)
    wiebe.cast.tick("desk.day")
    mail = wiebe.cast.mails("rein.claes@fluvius.example")[-1]
    assert "- 1 contract wacht op een besluit" in mail.text
    assert "<li>1 contract wacht op een besluit</li>" in mail.html


@ONE_DATABASE
def test_the_list_is_sieved_and_searched(wiebe: Provider, colleague: Colleague) -> None:
    Provider.wiebe(wiebe.cast, WIND, "bea").requests()
    sam = colleague("auditor")
    sam.open(f"{LIST}?stand=requested")
    assert "Windkracht cv" in sam.text
    assert "nog niet gekozen" in sam.text
    assert "Zonadvies" not in sam.text
    sam.open(f"{LIST}?zoek=0123.456.749")
    assert "Zonadvies Wiebe bv" in sam.text
    assert "Windkracht" not in sam.text
    sam.open(f"{LIST}?zoek=%3Cb%3E%00")
    assert "Geen contracten met “<b>”." in sam.text
    for odd in ("stand=x", "pagina=-1", "pagina=99999999999", "stand="):
        assert sam.open(f"{LIST}?{odd}").status_code == 200
        assert "Zonadvies Wiebe bv" in sam.text
    sam.open(f"{LIST}?stand=ended")
    assert "Geen contracten in deze selectie." in sam.text


@ONE_DATABASE
def test_the_dossier_tells_who_asked_who_signed_and_who_heard(
    wiebe: Provider, colleague: Colleague
) -> None:
    wiebe.cast.tick("post.deliver")
    sam = colleague("releaser")
    sam.open(path(wiebe))
    for words in (
        "Aangevraagd door Wiebe Maes",
        "Functie, zoals opgegeven Zaakvoerder",
        "Met de hand: kijk ze na",
        "We vinden geen digitale handtekening in dit bestand.",
        "Versie van de tekst specimen-1",
        "e-mail naar Wiebe Maes verstuurd",
    ):
        assert words in sam.text, words
    assert "Goedkeuren" not in sam.text
    assert "Download" not in sam.text
    assert sam.open(f"{path(wiebe)}/getekend.pdf").status_code == 403
    assert sam.open(f"{LIST}{'A' * 22}").status_code == 404


@ONE_DATABASE
def test_an_auditor_reads_the_papers_and_decides_nothing(
    wiebe: Provider, colleague: Colleague
) -> None:
    lea = colleague("auditor")
    assert lea.open(f"{path(wiebe)}/getekend.pdf").data == SCAN
    given = lea.open(f"{path(wiebe)}/contract.pdf")
    assert given.data.startswith(b"%PDF-")
    assert given.headers["Content-Disposition"].startswith("attachment;")
    lea.open(path(wiebe))
    assert "Goedkeuren" not in lea.text
    lea.open("/profiel")
    assert lea.submit(f"{path(wiebe)}/beslissen", CHECKED).status_code == 403
    assert wiebe.cast.audited("contract.look") == [("contract.look", "auditor.claes")]


@ONE_DATABASE
def test_what_is_not_whole_decides_nothing(
    wiebe: Provider, colleague: Colleague
) -> None:
    lies = colleague("admin")
    for told, words in UNWHOLE:
        answer = decide(lies, wiebe, **{**CHECKED, **told})
        assert answer.status_code == 422, told
        assert words in lies.text
        assert "Er is een probleem" in lies.text
    assert wiebe.stands(path(wiebe).removeprefix(LIST)) == State.SIGNED


def test_two_colleagues_at_once(
    wiebe: Provider, colleague: Colleague, visitor: Callable[[], Visitor]
) -> None:
    lies, ann = colleague("admin"), visitor()
    wiebe.cast.staff("ann.claes", "admin")
    initial = wiebe.cast.staff_passwords["ann.claes"]
    ann.come_in(wiebe.cast, "ann.claes", initial, SAM_MOBILE)
    lies.open(path(wiebe))
    ann.open(path(wiebe))
    where, clicked = f"{path(wiebe)}/beslissen", {**CHECKED, "csrf_token": lies.token()}
    for _twice in range(2):
        answer = lies.client.post(where, base_url=SITE, data=clicked)
        assert answer.status_code == 303
    told = {"besluit": "refused", "gezien": "signed", "reden": "Pagina 2 ontbreekt."}
    assert ann.submit(where, told).status_code == 409
    assert "Intussen bracht Sam Claes dit contract naar Actief" in ann.text
    assert "Je besluit is niet bewaard." in ann.text
    assert "Pagina 2 ontbreekt." in ann.text  # what they wrote is not lost
    assert wiebe.is_provider


def test_suspending_lifting_and_ending_count_at_once_everywhere(
    wiebe: Provider, colleague: Colleague, visitor: Callable[[], Visitor]
) -> None:
    wiebe.is_told(State.REFUSED, reason="Pagina 2 ontbreekt.")
    wiebe.becomes_one(Channel.API)
    person, lies, guest = wiebe.comes_in(visitor()), colleague("admin"), visitor()
    person.open("/diensten/api/")
    person.submit("/diensten/api/", {"naam": "Rekenmodel"})
    machine = credentials(person)

    def is_open() -> list[bool]:
        return [
            wiebe.is_provider,
            guest.open(PLAN).status_code == 200,
            wiebe.opens_with(*machine),
            person.open("/diensten/api/").status_code == 200,
        ]

    assert is_open() == [True] * 4
    why = "Klachten van klanten."
    decide(lies, wiebe, besluit="suspended", gezien="active", reden=why)
    assert is_open() == [False] * 4
    person.open("/diensten/")
    assert "Contract Geschorst" in person.text
    assert why in person.text
    lies.open(path(wiebe))
    assert "Schorsing opheffen" in lies.text
    decide(lies, wiebe, besluit="active", gezien="suspended")
    assert is_open() == [True] * 4
    decide(lies, wiebe, besluit="ended", gezien="active", reden="Op eigen verzoek.")
    assert is_open() == [False] * 4
    lies.follow()
    assert "Je besluit is bewaard; de organisatie krijgt een e-mail." in lies.text
    assert f"Geschorst 26-10-2026 om 10.00 uur door Sam Claes reden {why}" in lies.text
    assert decide(lies, wiebe, besluit="active", gezien="ended").status_code == 422
    last = wiebe.cast.mails("wiebe@zon.example")[-1]
    assert last.subject == "Je datatoegangscontract is opgezegd"
    assert "Reden: Op eigen verzoek." in last.text


@ONE_DATABASE
def test_an_organisation_s_earlier_contracts_stay_to_be_read(
    wiebe: Provider, colleague: Colleague
) -> None:
    wiebe.is_told(State.REFUSED, reason="Pagina 2 ontbreekt.")
    refused = wiebe.contract
    assert refused is not None
    wiebe.becomes_one()
    sam = colleague("uploader")
    sam.open(path(wiebe))
    assert f"Stand Sinds {refused.number}" in sam.text
    sam.open(f"{LIST}{refused.id}")
    assert "reden Pagina 2 ontbreekt." in sam.text
    sam.open(f"{LIST}?zoek=zonadvies")
    assert "Actief 1 Geweigerd 1 Alle 2" in sam.text


@ONE_DATABASE
def test_a_contract_that_nobody_asked_for_here_has_a_dossier_too(
    wiebe: Provider, colleague: Colleague
) -> None:
    moved = update(DataContract).values(requested_by=None, document=None, signed=None)
    with wiebe.cast.runtime.transaction() as session:
        session.execute(moved)
        session.execute(update(ContractStep).values(by="", by_id=None))
        assert session.scalars(select(DataContract)).one()
    lea = colleague("auditor")
    lea.open(path(wiebe))
    assert "Aangevraagd door elders gemaakt" in lea.text
    assert "door iemand die hier niet meer komt" in lea.text
    assert lea.open(f"{path(wiebe)}/contract.pdf").status_code == 404
    assert lea.open(f"{path(wiebe)}/getekend.pdf").status_code == 404


@ONE_DATABASE
def test_what_no_longer_fits_the_contract_beside_it_says_so(
    wiebe: Provider, colleague: Colleague
) -> None:
    wiebe.is_told(State.ACTIVE)
    active = wiebe.contract
    assert active is not None
    wiebe.changes("ask_api")
    wiebe.chooses(Channel.API)
    wiebe.hands_in()
    wiebe.decided(active.id, State.SUSPENDED, reason="Klachten van klanten.")
    lies = colleague("admin")
    assert decide(lies, wiebe, **CHECKED).status_code == 409
    assert "past niet meer bij het contract dat nu loopt" in lies.text
    assert "Je besluit is niet bewaard." in lies.text
    assert "Intussen bracht" not in lies.text
