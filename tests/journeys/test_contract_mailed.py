"""A signed contract that came by mail: a colleague hands it in, looked at as ever."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import create_app
from app.contracts.rules import State
from app.demo.pki import Belgium
from app.runtime import Runtime
from signing.pades import Pades
from tests.cast import Cast
from tests.databases import ONE_DATABASE
from tests.providers import SCAN, Provider
from tests.visitor import SITE, Visitor

Colleague = Callable[[str], Visitor]
BELGIUM = Belgium.found()


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """The house with roots to trust."""
    return replace(runtime, signatures=Pades.parse(BELGIUM.roots))


@pytest.fixture
def wiebe(cast: Cast, visitor: Callable[[], Visitor]) -> Provider:
    """Zonadvies has its contract, and signs it."""
    wiebe = Provider.wiebe(cast)
    wiebe.requests()
    person = wiebe.comes_in(visitor())
    person.open("/dienstverlener-worden/kanaal")
    person.submit("/dienstverlener-worden/kanaal", {"kanaal": "portaal"})
    return wiebe


def path(provider: Provider, end: str = "") -> str:
    assert provider.contract is not None
    return f"/beheer/contracten/{provider.contract.id}{end}"


def hand_in(
    person: Visitor, where: str, content: bytes, way: str = "hand", function: str = "x"
) -> int:
    """Open the form and send it with a file; the status of the answer."""
    person.open(where)
    return send(person, where, content, way, function)


def send(
    person: Visitor, where: str, content: bytes, way: str = "hand", function: str = "x"
) -> int:
    """The same from the page that is open, however long ago it was opened."""
    fields = {"manier": way, "functie": function, "csrf_token": person.token()}
    file = FileStorage(BytesIO(content), "contract.pdf")
    boundary, body = encode_multipart({**fields, "bestand": file})
    kind = f"multipart/form-data; boundary={boundary}"
    person.page = person.client.post(where, base_url=SITE, data=body, content_type=kind)
    return person.page.status_code


def test_a_scan_that_came_by_mail_waits_like_any_other(
    wiebe: Provider, colleague: Colleague
) -> None:
    lies = colleague("admin")
    lies.open(path(wiebe))
    assert "Kwam het getekende contract per e-mail of per post?" in lies.text
    assert hand_in(lies, path(wiebe, "/indienen"), SCAN, function="Zaakvoerder") == 303
    lies.follow()
    assert "Ondertekend" in lies.text
    assert "door Sam Claes" in lies.text
    assert "Functie, zoals opgegeven Zaakvoerder" in lies.text
    assert lies.open(path(wiebe, "/getekend.pdf")).data == SCAN
    mail = wiebe.cast.mails("wiebe@zon.example")[-1]
    assert mail.subject == "Je aanvraag als energiedienstverlener is ingediend"
    assert ("contract.signed", "admin.claes") in wiebe.cast.audited("contract")
    wiebe.is_told(State.ACTIVE)
    assert wiebe.is_provider


@ONE_DATABASE
def test_a_card_s_signature_counts_whoever_hands_it_in(
    wiebe: Provider, colleague: Colleague
) -> None:
    lies = colleague("admin")
    given = lies.open(path(wiebe, "/contract.pdf")).data
    signed = BELGIUM.sign(given, BELGIUM.card(), wiebe.cast.clock())
    assert hand_in(lies, path(wiebe, "/indienen"), signed, "digitaal") == 303
    lies.follow()
    assert "Digitaal nagekeken" in lies.text
    assert "Jan Claes" in lies.text


@ONE_DATABASE
def test_a_signature_in_doubt_is_told_to_who_decides(
    wiebe: Provider, colleague: Colleague
) -> None:
    lies = colleague("admin")
    assert hand_in(lies, path(wiebe, "/indienen"), SCAN, "digitaal") == 303
    lies.follow()
    assert "Dit telt niet als digitale handtekening" in lies.text


@ONE_DATABASE
def test_what_cannot_be_a_contract_is_sent_back(
    wiebe: Provider, colleague: Colleague
) -> None:
    lies, where = colleague("admin"), path(wiebe, "/indienen")
    assert hand_in(lies, where, b"") == 422
    assert "Kies het getekende contract." in lies.text
    assert hand_in(lies, where, b"PK\x03\x04") == 422
    assert "Dit bestand is geen PDF." in lies.text
    assert hand_in(lies, where, SCAN, function=" ") == 422
    assert "Vul in welke functie de ondertekenaar heeft." in lies.text
    assert hand_in(lies, where, SCAN, way="x") == 422
    assert hand_in(lies, where, b"%PDF-" + b"x" * 10_300_000) == 413
    assert "Dit bestand is te groot. Kies een PDF van hoogstens 10 MB." in lies.text
    assert wiebe.contract is not None
    assert wiebe.contract.state is State.TO_SIGN
    assert list(wiebe.cast.folder.rglob("*.pdf")) == []


@ONE_DATABASE
def test_only_admins_and_only_while_it_is_to_be_signed(
    wiebe: Provider, colleague: Colleague
) -> None:
    sam = colleague("releaser")
    sam.open(path(wiebe))
    assert "Kwam het getekende contract" not in sam.text
    assert sam.open(path(wiebe, "/indienen")).status_code == 403
    lies = colleague("admin")
    lies.open(path(wiebe, "/indienen"))
    wiebe.does("cancel")
    lies.open(path(wiebe, "/indienen"))
    lies.follow()
    assert "Geannuleerd" in lies.text


@ONE_DATABASE
def test_whoever_was_first_handed_it_in(wiebe: Provider, colleague: Colleague) -> None:
    lies, where = colleague("admin"), path(wiebe, "/indienen")
    lies.open(where)
    wiebe.hands_in()
    kept = len(list(wiebe.cast.runtime.blobs.keys()))
    assert send(lies, where, SCAN) == 303
    lies.follow()
    assert "Je bestand is niet bewaard." in lies.text
    assert "door Wiebe Maes" in lies.text
    assert len(list(wiebe.cast.runtime.blobs.keys())) == kept


@ONE_DATABASE
def test_a_second_click_hands_in_once(wiebe: Provider, colleague: Colleague) -> None:
    lies, where = colleague("admin"), path(wiebe, "/indienen")
    page = lies.open(where)
    for _click in range(2):
        lies.page = page
        assert send(lies, where, SCAN) == 303
    lies.follow()
    assert "Ondertekend" in lies.text
    assert "niet bewaard" not in lies.text


@ONE_DATABASE
@pytest.mark.parametrize("office", ["contracten@operator.example", ""])
def test_the_way_by_mail_is_told_where_there_is_one(
    wiebe: Provider, office: str
) -> None:
    settings = wiebe.cast.runtime.settings
    told = replace(settings, contracts=replace(settings.contracts, mail=office))
    app = create_app(replace(wiebe.cast.runtime, settings=told))
    person = wiebe.comes_in(Visitor(app.test_client()))
    page = person.open("/dienstverlener-worden/ondertekenen").get_data(as_text=True)
    assert wiebe.contract is not None
    assert ("Liever per e-mail?" in page) is bool(office)
    assert (f'href="mailto:{office}"' in page) is bool(office)
    assert (f"met het nummer {wiebe.contract.number} in" in page) is bool(office)
