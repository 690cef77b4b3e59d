"""The ad-hoc document: a PDF that readers open and that tells the key."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.demo.generator import invent_community, key_document_name, key_document_pdf
from app.kernel.period import Month

OCTOBER = Month(2026, 10)
GROUP = invent_community("EG0000417", "Zonnedelen (Gent\\brugge) cvé", seed=3)


def test_the_name_tells_the_quarter_of_the_year() -> None:
    name = key_document_name(GROUP, OCTOBER)
    assert name == "Verdeelsleutel_2026-Q4_EG0000417.pdf"
    quarters = [key_document_name(GROUP, Month(2026, m))[20:22] for m in (1, 3, 4, 9)]
    assert quarters == ["Q1", "Q1", "Q2", "Q3"]


def test_every_object_begins_where_the_table_says() -> None:
    content = key_document_pdf(GROUP, OCTOBER)
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[start:].startswith(b"xref\n0 6\n0000000000 65535 f \n")
    entries = re.findall(rb"(\d{10}) 00000 n \n", content[start:])
    assert len(entries) == 5
    for number, offset in enumerate(map(int, entries), 1):
        assert content[offset:].startswith(f"{number} 0 obj\n".encode())
    assert content.endswith(b"%%EOF\n")


def test_the_stream_is_as_long_as_it_says() -> None:
    content = key_document_pdf(GROUP, OCTOBER)
    match = re.search(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", content, re.DOTALL)
    assert match
    assert int(match[1]) == len(match[2])


def test_the_page_shows_names_with_every_sign_and_no_code_in_full() -> None:
    content = key_document_pdf(GROUP, OCTOBER)
    assert rb"Zonnedelen \(Gent\\brugge\) cv" + b"\xe9" in content
    for member in GROUP.participants:
        assert str(member.ean).encode() not in content
    assert content.count(b"\x85 ") == 5


def test_a_sign_that_the_font_lacks_becomes_a_question_mark() -> None:
    group = invent_community("EG0000417", "Zon ☀ delen")
    assert b"Zon ? delen" in key_document_pdf(group, OCTOBER)


def test_a_large_community_still_fits_the_page() -> None:
    group = invent_community("EG0000417", "Zonnedelen", homes=100)
    content = key_document_pdf(group, OCTOBER)
    assert b"en nog 67 deelnemers" in content
    assert content.count(b" Tj T*") < 45


def test_the_same_community_gives_the_same_bytes() -> None:
    assert key_document_pdf(GROUP, OCTOBER) == key_document_pdf(GROUP, OCTOBER)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is missing")
def test_a_reader_finds_the_text(tmp_path: Path) -> None:
    path = tmp_path / "sleutel.pdf"
    path.write_bytes(key_document_pdf(GROUP, OCTOBER))
    told = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    assert "Verdeelsleutel 2026-Q4" in told.stdout
    assert "Zonnedelen (Gent\\brugge) cvé (EG0000417)" in told.stdout
    assert re.search(r"Totaal +100,00 %", told.stdout)
