"""What is in a PDF besides its pages, seen before anybody opens it."""

from collections.abc import Callable
from io import BytesIO
from typing import cast

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    PdfObject,
    TextStringObject,
)

from signing import Look
from signing.look import MOST_NODES
from signing.unrooted import NoRoots
from tests.signing.conftest import Office

SCRIPT = DictionaryObject(
    {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("x"),
    }
)


def told(**more: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): more[key] for key in more})


def note(kind: str, **more: PdfObject) -> ArrayObject:
    return ArrayObject([told(Subtype=NameObject(kind), **more)])


def and_then(more: PdfObject) -> DictionaryObject:
    """Going to a web page, with something after it."""
    return told(S=NameObject("/URI"), Next=more)


def made(pages: int = 1, change: Callable[[PdfWriter], object] | None = None) -> bytes:
    """A PDF of blank pages, with something in it."""
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if change:
        change(writer)
    writer.write(out)
    return out.getvalue()


def on_page(key: str, value: object) -> Callable[[PdfWriter], object]:
    return lambda pdf: pdf.pages[0].update({NameObject(key): value})


def on_each_page(key: str, value: object) -> Callable[[PdfWriter], object]:
    return lambda pdf: [page.update({NameObject(key): value}) for page in pdf.pages]


def at_root(key: str, value: object) -> Callable[[PdfWriter], object]:
    return lambda pdf: pdf.root_object.update({NameObject(key): value})


def in_a_ring(pdf: PdfWriter) -> None:
    """Pages that hold themselves."""
    ring = pdf.root_object.raw_get("/Pages")
    cast("DictionaryObject", ring.get_object())[NameObject("/Kids")] = ArrayObject(
        [ring]
    )


def test_pages_are_counted_and_nothing_else_is_there() -> None:
    assert NoRoots().look(made(3)) == Look(pages=3)


def test_our_own_contract_holds_nothing_but_pages(office: Office) -> None:
    assert office.pades.look(office.document) == Look(pages=1)


@pytest.mark.parametrize(
    "change",
    [
        at_root("/Names", DictionaryObject({NameObject("/JavaScript"): SCRIPT})),
        at_root("/OpenAction", SCRIPT),
        at_root("/AA", DictionaryObject({NameObject("/WC"): SCRIPT})),
        on_page("/AA", DictionaryObject({NameObject("/O"): SCRIPT})),
        on_page("/Annots", note("/Link", A=SCRIPT)),
        on_page("/Annots", note("/Link", A=and_then(SCRIPT))),
        on_page("/Annots", note("/Link", A=and_then(ArrayObject([SCRIPT])))),
        at_root("/Outlines", told(First=told(Next=told(A=SCRIPT)))),
        at_root(
            "/AcroForm",
            told(Fields=ArrayObject([told(Kids=ArrayObject([told(AA=SCRIPT)]))])),
        ),
        on_page("/Annots", note("/RichMedia")),
        at_root("/AcroForm", DictionaryObject({NameObject("/XFA"): ArrayObject()})),
    ],
)
def test_what_does_something_by_itself_is_seen(
    change: Callable[[PdfWriter], object],
) -> None:
    assert NoRoots().look(made(change=change)) == Look(pages=1, is_active=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf.add_attachment("x.txt", b"x"),
        at_root("/AF", ArrayObject()),
        on_page("/Annots", note("/FileAttachment")),
    ],
)
def test_a_file_in_the_file_is_seen(change: Callable[[PdfWriter], object]) -> None:
    assert NoRoots().look(made(change=change)) == Look(pages=1, has_files=True)


@pytest.mark.parametrize(
    "change",
    [
        at_root("/OpenAction", ArrayObject([NameObject("/Fit")])),
        on_page("/Annots", note("/Link")),
        on_page("/Annots", ArrayObject([NullObject()])),
    ],
)
def test_where_to_begin_reading_is_no_action(
    change: Callable[[PdfWriter], object],
) -> None:
    assert NoRoots().look(made(change=change)) == Look(pages=1)


def test_what_has_a_password_is_not_looked_into() -> None:
    locked = made(change=lambda pdf: pdf.encrypt("geheim"))
    assert PdfReader(BytesIO(locked)).is_encrypted
    assert NoRoots().look(locked) == Look(is_locked=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 a scan",
        made(MOST_NODES),
        made(change=on_page("/Annots", ArrayObject([NullObject()] * 2000))),
        made(4, on_each_page("/Annots", ArrayObject([told()] * (MOST_NODES // 3)))),
        made(change=in_a_ring),
        made(change=at_root("/Pages", ArrayObject())),
    ],
)
def test_what_no_reader_gets_through_is_told_so(content: bytes) -> None:
    assert NoRoots().look(content) is None
