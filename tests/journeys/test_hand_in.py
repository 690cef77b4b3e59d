"""What comes back to be handed in: looked at, refused, held in doubt, or taken."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from app.contracts.rules import State
from app.demo.pki import Belgium
from app.runtime import Runtime
from signing.pades import Pades
from storage.scanner import Doubt
from tests.cast import SAM_MOBILE, Cast
from tests.databases import ONE_DATABASE
from tests.fakes_scanner import FakeScanner
from tests.journeys.test_provider import ask, hand_in
from tests.providers import SCAN, Provider, blank
from tests.servers.clamd import EICAR
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
SIGN = "/dienstverlener-worden/ondertekenen"
CHANNEL = "/dienstverlener-worden/kanaal"
INSIST = "/dienstverlener-worden/toch-indienen"
PAPER = "/dienstverlener-worden/contract.pdf"
DOUBT = "We twijfelen aan je bestand"


@pytest.fixture
def scanner() -> FakeScanner:
    return FakeScanner()


@pytest.fixture(scope="session")
def belgium() -> Belgium:
    return Belgium.found()


@pytest.fixture
def runtime(runtime: Runtime, scanner: FakeScanner, belgium: Belgium) -> Runtime:
    """The house with a scanner, and with roots to trust."""
    signatures = Pades.parse(belgium.roots)
    return replace(runtime, scanner=scanner, signatures=signatures)


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


@pytest.fixture
def person(wiebe: Provider, visitor: Visit) -> Visitor:
    """Wiebe, in front of the contract to sign."""
    person = wiebe.comes_in(visitor())
    ask(person)
    return person


def changed(change: Callable[[PdfWriter], object]) -> bytes:
    writer, out = PdfWriter(BytesIO(SCAN)), BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def source(person: Visitor) -> str:
    assert person.page is not None
    return person.page.get_data(as_text=True)


def stands(wiebe: Provider) -> State:
    assert wiebe.contract is not None
    return wiebe.contract.state


@ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (changed(lambda pdf: pdf.encrypt("geheim")), "beveiligd met een wachtwoord"),
        (changed(lambda pdf: pdf.add_attachment("x.txt", b"x")), "zit een bijlage"),
        (SCAN + EICAR, "De virusscanner vond iets in dit bestand."),
    ],
)
def test_what_nobody_should_open_is_not_kept(
    wiebe: Provider, person: Visitor, content: bytes, words: str
) -> None:
    for way in ("hand", "digitaal"):
        person.open(SIGN)
        assert hand_in(person, content, way, function="Gedelegeerd bestuurder") == 422
        assert words in person.text
        assert 'value="Gedelegeerd bestuurder"' in source(person), (
            "what was typed stays"
        )
    assert wiebe.contract is not None
    assert wiebe.contract.signed is None


def test_a_paper_in_doubt_is_kept_until_they_insist(
    cast: Cast, wiebe: Provider, person: Visitor, visitor: Visit, belgium: Belgium
) -> None:
    document = person.open(PAPER).get_data()
    person.open(SIGN)
    bare = belgium.sign(document, belgium.card(), cast.clock(), proof=False)
    assert hand_in(person, bare, "digitaal", function="Bestuurder") == 303
    person.follow()
    assert DOUBT in person.text
    assert "Het bestand bewijst niet dat de kaart geldig was" in person.text
    assert "Controleer het contract, of dien toch in." in person.text
    assert 'value="Bestuurder"' in source(person)
    assert stands(wiebe) is State.TO_SIGN
    assert person.open(PAPER).get_data() == document, "the one to sign, once more"
    person.open(SIGN)
    clicked = {"csrf_token": person.token()}
    for _twice in range(2):
        sent = person.client.post(INSIST, base_url=person.site, data=clicked)
        assert sent.status_code == 303
    late = {**clicked, "kanaal": "api"}  # from a page that stayed open
    sent_late = person.client.post(CHANNEL, base_url=person.site, data=late)
    assert sent_late.location == "/dienstverlener-worden/aanvraag"
    person.page = sent
    person.follow()
    assert "Je aanvraag is ingediend" in person.text
    assert stands(wiebe) is State.SIGNED
    cast.staff("lies", "admin")
    cast.settled("lies")
    lies = visitor()
    lies.sign_in(cast, "lies", SAM_MOBILE)
    assert wiebe.contract is not None
    lies.open(f"/beheer/contracten/{wiebe.contract.id}")
    assert "In twijfel: kijk ze na" in lies.text
    assert "Het bestand bewijst niet dat de kaart geldig was" in lies.text


@ONE_DATABASE
def test_a_scan_with_too_few_pages_or_none_is_in_doubt(
    wiebe: Provider, person: Visitor
) -> None:
    pages = len(PdfReader(BytesIO(person.open(PAPER).get_data())).pages)
    for content, words in (
        (blank(pages - 1), "Dit bestand heeft minder pagina's dan het contract."),
        (b"%PDF-1.7 cut off", "We kunnen dit bestand niet lezen."),
    ):
        person.open(SIGN)
        assert hand_in(person, content) == 303
        person.follow()
        assert words in person.text
        is_scan = 'checked id="manier-1"' in source(person)
        assert is_scan == words.endswith("het contract."), "as far as we know"
    person.open(SIGN)
    assert hand_in(person, blank(pages)) == 303
    assert stands(wiebe) is State.SIGNED


@ONE_DATABASE
def test_who_chose_the_wrong_way_is_believed_by_the_signature(
    cast: Cast, wiebe: Provider, person: Visitor, belgium: Belgium
) -> None:
    document = person.open(PAPER).get_data()
    person.open(SIGN)
    signed = belgium.sign(document, belgium.card(), cast.clock())
    assert hand_in(person, signed, "hand") == 303
    assert wiebe.contract is not None
    assert wiebe.contract.is_signed_by_card


@ONE_DATABASE
def test_there_is_nothing_to_insist_on_before_anything_came(person: Visitor) -> None:
    assert person.submit(INSIST).status_code == 404


@ONE_DATABASE
def test_a_scanner_that_is_away_keeps_a_paper_shut_and_loses_nothing(
    wiebe: Provider, person: Visitor, scanner: FakeScanner
) -> None:
    scanner.down = Doubt.AWAY
    assert hand_in(person, SCAN) == 303
    assert stands(wiebe) is State.SIGNED
    assert person.open(PAPER).status_code == 503
    scanner.down = None
    assert person.open(PAPER).get_data() == SCAN


@ONE_DATABASE
def test_what_the_scanner_learned_since_keeps_a_paper_shut(
    wiebe: Provider, person: Visitor, scanner: FakeScanner
) -> None:
    scanner.down = Doubt.AWAY
    assert hand_in(person, SCAN + EICAR) == 303
    scanner.down = None
    assert person.open(PAPER).status_code == 409
    assert "De virusscanner vond iets in dit bestand" in person.text
