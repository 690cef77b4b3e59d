"""Who signed a contract: told by its own bytes, and by nothing on the network."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import typst
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from signing import NoRoots, Reason, Refused, Signed
from signing.pades import Pades
from tests.signing.pki import JAN_NUMBER, Belgium, Holder

AT = datetime(2026, 10, 26, 9, tzinfo=UTC)
LATER = AT + timedelta(days=2)
SOURCE = b'#set document(title: "Contract")\n= Contract\nDe partijen komen overeen.'


@dataclass(frozen=True)
class Office:
    """Who may sign what, and who looks at it afterwards."""

    belgium: Belgium
    card: Holder
    document: bytes
    pades: Pades

    def looks(
        self, content: bytes, original: bytes = b"", at: datetime = LATER
    ) -> Signed | Refused:
        return self.pades.check(content, original or self.document, at=at)

    def signed(self, *, proof: bool = True, stamped: bool = True) -> bytes:
        return self.belgium.sign(
            self.document, self.card, AT, proof=proof, stamped=stamped
        )


@pytest.fixture(scope="module")
def office() -> Office:
    belgium = Belgium.found()
    made = typst.compile(SOURCE, format="pdf", pdf_standards=["a-3a", "ua-1"])
    pades = Pades.parse(belgium.roots)
    return Office(belgium, belgium.card(), pades.prepare(made), pades)


@pytest.fixture(scope="module")
def signed(office: Office) -> bytes:
    return office.signed()


@pytest.fixture(scope="module")
def elsewhere() -> Belgium:
    return Belgium.found()


def test_a_card_says_who_signed_and_the_stamp_says_when(
    office: Office, signed: bytes
) -> None:
    assert office.looks(signed) == Signed("Jan Claes", JAN_NUMBER, AT)


def test_a_national_number_shows_in_no_log(office: Office, signed: bytes) -> None:
    assert JAN_NUMBER not in repr(office.looks(signed))


def test_proof_in_the_document_holds_when_its_lists_are_long_over(
    office: Office, signed: bytes
) -> None:
    assert isinstance(office.looks(signed, at=AT + timedelta(days=400)), Signed)


def test_without_a_stamp_it_counts_as_long_as_its_lists_do(office: Office) -> None:
    bare = office.signed(stamped=False)
    assert office.looks(bare) == Signed("Jan Claes", JAN_NUMBER, LATER)
    assert office.looks(bare, at=AT + timedelta(days=30)) == Refused(Reason.NO_PROOF)


def test_an_app_writes_the_national_number_in_the_european_way(
    office: Office,
) -> None:
    app = office.belgium.card(number=f"PNOBE-{JAN_NUMBER}")
    found = office.looks(office.belgium.sign(office.document, app, AT))
    assert found == Signed("Jan Claes", JAN_NUMBER, AT)


def test_a_name_in_one_piece_is_read_without_what_the_card_is_for(
    office: Office,
) -> None:
    card = office.belgium.card(name="Wiebe")
    found = office.looks(office.belgium.sign(office.document, card, AT))
    assert found == Signed("Wiebe", JAN_NUMBER, AT)


def test_without_lists_in_it_nobody_is_asked_on_the_network(office: Office) -> None:
    assert office.looks(office.signed(proof=False)) == Refused(Reason.NO_PROOF)


def test_certificates_alone_prove_nothing(office: Office) -> None:
    bare = office.belgium.sign(office.document, office.card, AT, lists=False)
    assert office.looks(bare) == Refused(Reason.NO_PROOF)


def test_a_stamp_of_nobody_we_know_makes_the_signature_count_for_nothing(
    office: Office, elsewhere: Belgium
) -> None:
    mixed = Belgium(
        office.belgium.root,
        office.belgium.citizens,
        elsewhere.stamps,
        also=(elsewhere.root,),
    )
    found = office.looks(mixed.sign(office.document, office.card, AT))
    assert found == Refused(Reason.UNTRUSTED)


def test_a_card_of_another_country_is_not_trusted(
    office: Office, elsewhere: Belgium
) -> None:
    made = elsewhere.sign(office.document, elsewhere.card(), AT)
    assert office.looks(made) == Refused(Reason.UNTRUSTED)


def test_a_card_that_was_taken_back_signs_nothing(office: Office) -> None:
    lost = office.belgium.card()
    office.belgium.citizens.revoked.append(lost.certificate.serial_number)
    made = office.belgium.sign(office.document, lost, AT)
    assert office.looks(made) == Refused(Reason.REVOKED)


def test_a_seal_without_a_person_is_refused(office: Office) -> None:
    seal = office.belgium.card(number="")
    made = office.belgium.sign(office.document, seal, AT)
    assert office.looks(made) == Refused(Reason.NO_PERSON)


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


def test_two_signatures_are_for_a_person_to_weigh(
    office: Office, signed: bytes
) -> None:
    both = office.belgium.sign(signed, office.card, AT, field_name="Tweede")
    assert office.looks(both) == Refused(Reason.SEVERAL)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\0" * 999])
def test_what_is_no_pdf_is_refused(office: Office, content: bytes) -> None:
    assert office.looks(content) == Refused(Reason.UNREADABLE)


def test_a_contract_without_a_signature_is_a_case_of_its_own(office: Office) -> None:
    assert office.looks(office.document) == Refused(Reason.UNSIGNED)


def test_where_no_root_is_trusted_no_signature_counts(
    office: Office, signed: bytes
) -> None:
    found = NoRoots().check(signed, office.document, at=LATER)
    assert found == Refused(Reason.UNTRUSTED)
    assert NoRoots().prepare(b"%PDF") == b"%PDF"


@pytest.mark.parametrize("text", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----"])
def test_a_file_without_roots_is_a_mistake_of_the_operator(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Pades.parse(text)
