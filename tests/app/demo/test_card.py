"""The demo's card reader: what it signs counts in that demo, and nowhere else."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.commands import migrate
from app.demo.citizens import MIA, WIEBE
from app.demo.pki import Belgium
from app.demo.settings import DemoFolder
from app.demo.web import create_demo_app
from app.runtime import Runtime
from app.wiring import build
from signing import Reason, Refused, Signed
from signing.pades import Pades
from tests.providers import SCAN

PATH, SITE = "/demo/kaartlezer", "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    folder = DemoFolder(tmp_path_factory.mktemp("card") / "demo", 8000)
    folder.make()
    migrate(folder.settings().database_url)
    return folder


@pytest.fixture
def house(demo: DemoFolder) -> Iterator[Runtime]:
    runtime = build(demo.settings())
    yield runtime
    runtime.database.close()


@pytest.fixture
def client(house: Runtime) -> FlaskClient:
    return create_demo_app(house).test_client()


def hand(client: FlaskClient, content: bytes, who: str) -> TestResponse:
    """Put a document into the reader, with somebody's card."""
    page = client.get(PATH, base_url=SITE)
    token = re.search(r'csrf_token" value="([^"]+)"', page.text)
    assert token
    file = BytesIO(content), "contract.pdf"
    form = {"csrf_token": token[1], "bestand": file, "wie": who}
    return client.post(PATH, data=form, base_url=SITE)


def test_two_cards_sign_one_document_and_the_house_believes_both(
    client: FlaskClient, house: Runtime
) -> None:
    original = house.signatures.prepare(SCAN)
    once = hand(client, original, WIEBE.key)
    assert once.headers["Content-Disposition"].startswith("attachment;")
    twice = hand(client, once.get_data(), MIA.key)
    found = house.signatures.check(twice.get_data(), original, at=house.clock())
    assert isinstance(found, Signed)
    told = [(one.name, one.national_number) for one in found.by]
    assert told == [
        ("Wiebe Zonneveld", WIEBE.national_number),
        ("Mia Verlinden", MIA.national_number),
    ]


def test_the_cards_of_one_demo_are_worth_nothing_in_another_house(
    client: FlaskClient, house: Runtime
) -> None:
    original = house.signatures.prepare(SCAN)
    signed = hand(client, original, WIEBE.key).get_data()
    other = Pades.parse(Belgium.found().roots)
    found = other.check(signed, original, at=house.clock())
    assert found == Refused(Reason.UNTRUSTED)


@pytest.mark.parametrize(
    ("content", "who", "words"),
    [
        (SCAN, "niemand", "Kies wiens kaart in de kaartlezer zit."),
        (b"", WIEBE.key, "Dit kan de kaartlezer niet tekenen."),
        (b"%PDF-1.7", WIEBE.key, "Dit kan de kaartlezer niet tekenen."),
        (SCAN.replace(b"/Pages", b"/Paget"), WIEBE.key, "Dit kan de kaartlezer niet"),
        (SCAN[:300], WIEBE.key, "Dit kan de kaartlezer niet tekenen."),
    ],
)
def test_what_it_cannot_sign_is_one_sentence(
    client: FlaskClient, content: bytes, who: str, words: str
) -> None:
    answer = hand(client, content, who)
    assert answer.status_code == 422
    assert words in answer.text


def test_its_authorities_are_made_once_and_kept_to_ourselves(demo: DemoFolder) -> None:
    roots = Path(demo.environ()["CONTRACT_ROOTS"])
    made = roots.read_bytes()
    demo.make()
    assert roots.read_bytes() == made
    assert b"PRIVATE" not in made
    assert demo.cards.stat().st_mode & 0o077 == 0
