"""An organisation becomes an energy service provider: each page of the way."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.contracts.rules import Channel, Check, State
from app.demo.pki import Belgium
from app.runtime import Runtime
from signing.pades import Pades
from tests.cast import SAM_MOBILE, Cast
from tests.citizens import ZON
from tests.databases import ONE_DATABASE
from tests.providers import SCAN, Provider
from tests.visitor import SITE, Fields, Visitor

Visit = Callable[[], Visitor]
BELGIUM = Belgium.found()
PLAN = "/verbruik/dienstverlener/{}/stappenplan"


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """The house with roots to trust."""
    return replace(runtime, signatures=Pades.parse(BELGIUM.roots))


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def hand_in(
    person: Visitor, content: bytes, way: str = "hand", function: str = "Zaakvoerder"
) -> int:
    """Send the form with a file; the status of the answer."""
    fields = {"manier": way, "functie": function, "csrf_token": person.token()}
    file = FileStorage(BytesIO(content), "contract.pdf")
    boundary, body = encode_multipart({**fields, "bestand": file})
    person.page = person.client.post(
        "/dienstverlener-worden/ondertekenen",
        base_url=SITE,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    return person.page.status_code


def ask(person: Visitor, channel: Channel = Channel.PORTAL) -> None:
    """Up to the page on which the contract is signed."""
    person.open("/dienstverlener-worden/")
    assert "Wat is een energiedienstverlener?" in person.text
    person.open("/dienstverlener-worden/aanvraag")
    person.follow()
    person.submit("/dienstverlener-worden/contract")
    person.follow()
    assert "Hoe wil je de meetgegevens raadplegen?" in person.text
    person.submit("/dienstverlener-worden/kanaal", {"kanaal": channel})
    person.follow()
    assert "Ondertekend contract" in person.text


def test_five_steps_with_a_card(cast: Cast, wiebe: Provider, visitor: Visit) -> None:
    person = wiebe.comes_in(visitor())
    ask(person, Channel.API)
    answer = person.open("/dienstverlener-worden/contract.pdf")
    document = answer.get_data()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)
    for word in ("Zonadvies Wiebe bv", "0123.456.749", "26/10/2026", "specimen"):
        assert word in text
    assert "Via zowel de API als Mijn Fluvius" in text
    person.open("/dienstverlener-worden/ondertekenen")
    signed = BELGIUM.sign(document, BELGIUM.card(), cast.clock())
    assert hand_in(person, signed, "digitaal") == 303
    person.follow()
    assert "Je aanvraag is ingediend op 26/10/2026 ." in person.text
    assert "Jan Claes" in person.text
    cast.staff("lies", "admin")
    wiebe.is_told(State.ACTIVE)
    person.open("/diensten/")
    assert "Contract Actief API Actief" in person.text
    assert "Startdatum 26/10/2026" in person.text
    assert person.open("/dienstverlener-worden/contract.pdf").get_data() == signed
    person.open("/organisatie/")
    assert "Verbruikshistoriek Energiedienstverlener" in person.text


@ONE_DATABASE
def test_what_is_no_contract_is_sent_back_with_the_reason(
    wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    ask(person)
    for content, words in (
        (b"", "Kies het getekende contract."),
        (b"PK\x03\x04", "Dit bestand is geen PDF."),
    ):
        assert hand_in(person, content, "digitaal") == 422
        assert words in person.text
    assert hand_in(person, SCAN, function=" ") == 422
    assert "Vul in welke functie de ondertekenaar heeft." in person.text
    assert "Kies het bestand opnieuw: het is niet bewaard." in person.text
    assert hand_in(person, b"%PDF-" + b"x" * 10_300_000) == 413
    assert "Dit bestand is te groot. Kies een PDF van hoogstens 10 MB." in person.text


def test_a_scan_waits_for_a_colleague_who_approves_it(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    ask(person)
    assert hand_in(person, SCAN) == 303
    person.open("/diensten/")
    assert "Contract In aanvraag API Niet actief" in person.text
    lies = in_as_admin(cast, visitor)
    lies.open("/beheer/contracten/")
    assert "Zonadvies Wiebe bv" in lies.text
    path = f"/beheer/contracten/{of(wiebe)}"
    lies.open(path)
    assert "Met de hand: kijk ze na" in lies.text
    assert lies.open(f"{path}/getekend.pdf").get_data() == SCAN
    lies.open(path)
    looked_at: list[str] = list(Check)
    told: Fields = {"besluit": "active", "gezien": "signed", "nagekeken": looked_at}
    assert lies.submit(f"{path}/beslissen", told).status_code == 303
    lies.follow()
    assert "Je besluit is bewaard" in lies.text
    assert wiebe.is_provider
    about = [action for action, _ in cast.audited("contract")]
    assert {"contract.look", "contract.active"} <= set(about)


def test_a_refusal_has_a_reason_and_is_no_end(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    lies = in_as_admin(cast, visitor)
    path = f"/beheer/contracten/{of(wiebe)}"
    lies.open(path)
    why = "Pagina 2 ontbreekt."
    told = {"besluit": "refused", "gezien": "signed", "reden": why}
    lies.submit(f"{path}/beslissen", told)
    person = wiebe.comes_in(visitor())
    person.open("/diensten/")
    assert "Contract Geweigerd" in person.text
    assert why in person.text
    assert "Opnieuw aanvragen" in person.text


def test_who_cancels_pays_nothing_and_may_begin_anew(
    wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    ask(person)
    person.open("/dienstverlener-worden/kanaal")
    assert person.page is not None
    assert 'value="portaal" required checked' in person.page.get_data(as_text=True)
    person.open("/dienstverlener-worden/annuleren")
    person.submit("/dienstverlener-worden/annuleren")
    person.follow()
    assert "Je aanvraag is geannuleerd. Er is niets aangerekend." in person.text
    assert person.open("/dienstverlener-worden/annuleren").status_code == 303
    ask(person)


@ONE_DATABASE
def test_ending_asks_for_the_name_and_counts_at_once(
    wiebe: Provider, visitor: Visit
) -> None:
    wiebe.becomes_one(Channel.API)
    person = wiebe.comes_in(visitor())
    person.open("/diensten/opzeggen")
    assert "De mandaten zelf blijven bestaan." in person.text
    assert person.submit("/diensten/opzeggen", {"naam": "Zon"}).status_code == 422
    person.submit("/diensten/opzeggen", {"naam": "zonadvies  wiebe BV"})
    person.follow()
    assert "Contract Opgezegd" in person.text
    assert not wiebe.is_provider
    for path in ("/diensten/opzeggen", "/diensten/voorkeur", "/diensten/api/"):
        assert person.open(path).status_code == 404
    assert person.open(PLAN.format(ZON.kbo)).status_code == 404


@ONE_DATABASE
def test_who_acts_for_nobody_is_sent_to_choose(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    person.open("/organisatie/kiezen")
    person.submit("/organisatie/kiezen", {"kbo": ""})
    person.open("/diensten/")
    assert person.page is not None
    assert person.page.location == "/organisatie/kiezen?verder=/diensten/"


def in_as_admin(cast: Cast, visitor: Visit) -> Visitor:
    """Lies, who may do everything."""
    cast.staff("lies", "admin")
    cast.settled("lies")
    lies = visitor()
    lies.sign_in(cast, "lies", SAM_MOBILE)
    return lies


def of(provider: Provider) -> str:
    assert provider.contract is not None
    return provider.contract.id
