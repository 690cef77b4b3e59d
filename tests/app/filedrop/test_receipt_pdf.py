"""A receipt on paper: tagged, in Dutch, with any name that a file may have."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from pypdf import PdfReader

from app.filedrop import receipts
from app.filedrop.receipt_views import TEMPLATE
from app.filedrop.receipts import Issuer
from app.filedrop.service_receipts import Proof
from app.kernel.errors import Busy
from app.press import PRINTED, pdf, printable
from app.wiring import TEMPLATES
from tests.days import BRUSSELS

AT = datetime(2026, 11, 19, 9, 2, 31, tzinfo=UTC)
ISSUER = Issuer("Fluvius", "https://bestanden.example", BRUSSELS)
HOSTILE = '#import "x": * $x^2$ *b* `c` <d> @e {{ x }} 名🔌.csv'


@pytest.fixture(autouse=True)
def dutch() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="nl")
    with app.test_request_context():
        yield


def proof(name: str) -> Proof:
    return Proof(
        id="A" * 22,
        at=AT,
        by="An Peeters",
        community_number="EG0000417",
        community_name="Zonnedelen Gentbrugge cv",
        file_name=name,
        version=0,
        size=1_551_204,
        sha256="8f43" * 16,
    )


def printed(name: str) -> PdfReader:
    """The receipt of a file of that name."""
    said = receipts.letterhead(
        proof(name), ISSUER, key_url="https://x.example/k", attached="bewijs.json"
    )
    record = json.dumps(receipts.record(proof(name), ISSUER), ensure_ascii=False)
    return PdfReader(
        io.BytesIO(pdf(TEMPLATES / TEMPLATE, said, record.encode(), at=AT))
    )


def tags(element: Any) -> Iterator[str]:
    """The kinds of the tagged parts, in the order in which they are read."""
    element = element.get_object()
    if isinstance(element, list):
        for part in element:
            yield from tags(part)
    elif isinstance(element, dict):
        if "/S" in element:
            yield element["/S"]
        if not isinstance(element.get("/K", 0), int):
            yield from tags(element["/K"])


def test_who_hears_it_hears_a_title_a_table_and_headings_in_dutch() -> None:
    document = printed("CORR_2026-09_EG0000417_V02.csv")
    root: Any = document.trailer["/Root"]
    assert root["/Lang"] == "nl-BE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata is not None
    assert document.metadata.title == (
        "Ontvangstbewijs van CORR_2026-09_EG0000417_V02.csv"
    )
    kinds = list(tags(root["/StructTreeRoot"]))
    assert [kind for kind in kinds if kind[:2] == "/H"] == ["/H1", "/H2", "/H2", "/H2"]
    assert (kinds.count("/TH"), kinds.count("/TR")) == (2, 10)
    declared = root["/Metadata"].get_data()
    assert b"<pdfuaid:part>1<" in declared
    assert b"<pdfaid:part>3<" in declared
    assert b"<pdfaid:conformance>A<" in declared


def test_a_name_is_only_a_name_and_signs_that_no_font_has_are_told_by_number() -> None:
    document = printed(HOSTILE)
    said = document.pages[0].extract_text()
    assert HOSTILE.replace("名", "[U+540D]").replace("🔌", "[U+1F50C]") in said
    ((record,),) = document.attachments.values()
    assert json.loads(record)["file"]["name"] == HOSTILE


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("CORR_2026-09_EG0000417_V02.csv", "CORR_2026-09_EG0000417_V02.csv"),
        ("Brief (2) van mei, af.pdf", "Brief (2) van mei, af.pdf"),
        ('a"; curl evil.example; ".csv', "uw kopie"),
        ("$(reboot).csv", "uw kopie"),
        ("`reboot`.csv", "uw kopie"),
        ("%PATH%.csv", "uw kopie"),
        ("-x.csv", "uw kopie"),
    ],
)
def test_a_command_to_type_names_no_file_that_a_shell_could_obey(
    name: str, typed: str
) -> None:
    said = printed(name).pages[0].extract_text()
    assert f'certutil -hashfile "{typed}" SHA256' in said
    assert f'shasum -a 256 "{typed}"' in said


def test_who_waits_too_long_for_it_may_come_again() -> None:
    with pytest.raises(Busy):
        pdf(TEMPLATES / TEMPLATE, {}, b"{}", at=AT, within=0.001)


def test_every_sign_that_we_print_is_in_a_font() -> None:
    every = "".join(chr(n) for first, last in PRINTED for n in range(first, last + 1))
    every = "".join(sign for sign in every if printable(sign) == sign)
    assert len(every) > 2000
    assert printed(every).pages
