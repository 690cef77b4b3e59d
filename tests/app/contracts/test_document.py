"""The contract as a PDF: what it declares is true; a bad template is one sentence."""

import logging
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from app.contracts import document
from app.contracts.rules import Channel, State
from app.contracts.service import Contract
from app.contracts.wishes import Wish
from app.kernel.errors import Busy
from app.kernel.kbo import Kbo
from app.organisations.service import OrganisationCard, Rank
from app.wiring import TEMPLATES
from signing import Look
from signing.look import look

OURS = TEMPLATES / document.OURS
AT = datetime(2026, 10, 26, 9, tzinfo=UTC)
NAME = 'Zon & "Wind" #let cv'
ASKED = Contract(
    id="x",
    organisation=OrganisationCard(
        1, Kbo("0123456749"), NAME, "Rubensstraat 1", Rank.ADMINISTRATOR
    ),
    number="3599912345678",
    state=State.REQUESTED,
    channel=None,
    requested_at=AT,
    changed_at=AT,
    active_from=None,
    document=None,
    signed=None,
    signed_function="",
    doubt="",
    wish=Wish(),
    replaces=None,
)


def made(template: Path = OURS) -> bytes:
    return document.made(
        template,
        ASKED,
        Channel.API,
        operator="Fluvius",
        zone=ZoneInfo("Europe/Brussels"),
        at=AT,
    )


@pytest.fixture(scope="module")
def specimen() -> bytes:
    return made()


def test_it_says_on_each_page_which_contract_it_is_and_that_it_is_a_specimen(
    specimen: bytes,
) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(specimen)).pages]
    for text in pages:
        assert "3599912345678" in text
        assert "Specimen" in text
        assert f"van {len(pages)}" in text
    whole = "".join(pages)
    for word in ("0123.456.749", NAME, "26/10/2026", "Via zowel de API"):
        assert word in whole


def test_it_is_for_the_archive_and_for_a_screen_reader(specimen: bytes) -> None:
    pdf = PdfReader(BytesIO(specimen))
    root: Any = pdf.trailer["/Root"]
    assert pdf.xmp_metadata is not None
    told = pdf.xmp_metadata.stream.get_data().decode()
    for mark in ("pdfaid:part>3<", "pdfaid:conformance>A<", "pdfuaid:part>1<"):
        assert mark in told
    assert root["/MarkInfo"]["/Marked"] is not None
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "nl-BE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Datatoegangscontract 3599912345678"
    fonts = [font for page in pdf.pages for font in fonts_of(page)]
    assert fonts
    assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)
    assert look(specimen) == Look(pages=len(pdf.pages))


def fonts_of(page: Any) -> list[Any]:
    """What describes each font of a page: a PDF/A carries all of them."""
    fonts = page["/Resources"]["/Font"].values()
    inner = [font.get_object()["/DescendantFonts"][0] for font in fonts]
    return [one.get_object()["/FontDescriptor"].get_object() for one in inner]


def test_the_same_contract_is_the_same_bytes(specimen: bytes) -> None:
    assert made() == specimen


def test_a_version_is_what_the_first_line_says_or_a_sign_of_the_text(
    tmp_path: Path,
) -> None:
    assert document.version_of(OURS) == "specimen-1"
    nameless, other = tmp_path / "a.typ", tmp_path / "b.typ"
    nameless.write_text("= Contract")
    other.write_text("= Contract, gewijzigd")
    assert len(document.version_of(nameless)) == document.SHORT
    assert document.version_of(nameless) != document.version_of(other)


@pytest.mark.parametrize("text", ["#let", "geen titel", "\0"])
def test_a_template_that_cannot_be_set_is_one_sentence_and_an_alarm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    template = tmp_path / "contract.typ"
    template.write_text(text)
    with caplog.at_level(logging.ERROR), pytest.raises(Busy, match="nu niet maken"):
        made(template)
    assert "ALARM CONTRACT_TEMPLATE" in caplog.text
    assert "Zon" not in caplog.text
