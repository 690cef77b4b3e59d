"""What is done to a document before or after it was signed, and is seen."""

from collections.abc import Callable
from io import BytesIO

import pytest
import typst
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from signing import Reason, Refused
from tests.signing.conftest import AT, SOURCE, Office

TAMPERED, OTHER = Refused(Reason.TAMPERED), Refused(Reason.OTHER_DOCUMENT)


def test_one_changed_letter_is_seen(office: Office, signed: bytes) -> None:
    torn = signed.replace(b"Contract", b"Kontract", 1)
    assert office.looks(torn) == Refused(Reason.TAMPERED)


def test_what_was_written_behind_the_signature_is_seen(
    office: Office, signed: bytes
) -> None:
    pages, out = IncrementalPdfFileWriter(BytesIO(signed)), BytesIO()
    page = pages.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = page["/MediaBox"][0]
    pages.mark_update(page.container_ref)
    pages.write(out)
    assert office.looks(out.getvalue()) == Refused(Reason.TAMPERED)


def test_a_document_that_a_program_saved_anew_lost_its_signature(
    office: Office, signed: bytes
) -> None:
    out = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(signed))).write(out)
    assert office.looks(out.getvalue()) == Refused(Reason.TAMPERED)


def test_another_document_under_a_good_signature_is_not_ours(
    office: Office,
) -> None:
    other = office.pades.prepare(
        typst.compile(SOURCE.replace(b"partijen", b"partners"), format="pdf")
    )
    made = office.belgium.sign(other, office.card, AT)
    assert office.looks(made) == Refused(Reason.OTHER_DOCUMENT)


def test_another_document_behind_our_bytes_does_not_pass_for_ours(
    office: Office,
) -> None:
    other = typst.compile(SOURCE.replace(b"partijen", b"partners"), format="pdf")
    out = BytesIO(office.document)
    out.seek(len(office.document))
    copy_into_new_writer(PdfFileReader(BytesIO(other))).write(out)
    behind = out.getvalue()
    # as many revisions as ours has, and one fewer
    for content in (office.pades.prepare(behind), behind):
        made = office.belgium.sign(content, office.card, AT)
        assert made.startswith(office.document)
        assert office.looks(made) == OTHER


def test_what_was_written_before_the_signature_is_no_more_ours(
    office: Office,
) -> None:
    pages, out = IncrementalPdfFileWriter(BytesIO(office.document)), BytesIO()
    page = pages.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = page["/MediaBox"][0]
    pages.mark_update(page.container_ref)
    pages.write(out)
    made = office.belgium.sign(out.getvalue(), office.card, AT)
    assert made.startswith(office.document)
    assert office.looks(made) == Refused(Reason.OTHER_DOCUMENT)


def written_over(content: bytes) -> bytes:
    """A note that covers the page with other words, in a revision of its own."""
    pages, out = IncrementalPdfFileWriter(BytesIO(content)), BytesIO()
    page = pages.root["/Pages"]["/Kids"][0]
    words = generic.StreamObject(stream_data=b"BT (100 euro) Tj ET")
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): page["/MediaBox"],
            pdf_name("/AP"): generic.DictionaryObject(
                {pdf_name("/N"): pages.add_object(words)}
            ),
        }
    )
    page["/Annots"] = generic.ArrayObject([pages.add_object(note)])
    pages.mark_update(page.container_ref)
    pages.write(out)
    return out.getvalue()


def with_a_box(content: bytes) -> bytes:
    """A field to fill in, of which a signature says nothing yet."""
    pages, out = IncrementalPdfFileWriter(BytesIO(content)), BytesIO()
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject("bedrag"),
            pdf_name("/V"): generic.TextStringObject("100 euro"),
        }
    )
    form = pages.root["/AcroForm"]
    form["/Fields"].append(pages.add_object(field))
    pages.mark_update(form.container_ref)
    pages.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", [written_over, with_a_box])
def test_words_over_a_page_are_seen_before_after_and_between(
    office: Office, signed: bytes, change: Callable[[bytes], bytes]
) -> None:
    def sign(content: bytes) -> bytes:
        return office.belgium.sign(content, office.card, AT)

    assert office.looks(change(signed)) == TAMPERED
    assert office.looks(sign(change(office.document))) == OTHER
    assert office.looks(office.also(change(signed), office.card)) == TAMPERED


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"/ByteRange [0 ", b"/ByteRange [1 "),
        (b"/ByteRange [0 ", b"/ByteRanges[0 "),
        (b"/SubFilter /ETSI", b"/SubFilter /ETSX"),
    ],
)
def test_a_signature_that_covers_something_else_covers_nothing(
    office: Office, signed: bytes, was: bytes, becomes: bytes
) -> None:
    torn = signed.replace(was, becomes)
    assert torn != signed
    assert isinstance(office.looks(torn), Refused)


def test_what_hangs_behind_the_end_is_seen(office: Office, signed: bytes) -> None:
    assert office.looks(signed + b"\n1 0 obj\n<<>>\nendobj") == TAMPERED
