"""Who signed a contract: told by its own bytes, and by nothing on the network."""

from datetime import timedelta

import pytest

from app.demo.certificates import AUTHENTICATION
from app.demo.pki import JAN_NUMBER, Belgium
from signing import Reason, Refused, Signatory, Signed
from signing.apart import settled
from signing.pades import MOST_SIGNATURES, Pades
from signing.unrooted import NoRoots
from tests.signing.conftest import AT, LATER, Office

JAN = Signatory("Jan Claes", JAN_NUMBER, AT)
MIA_NUMBER = "79021512346"


def test_a_card_says_who_signed_and_the_stamp_says_when(
    office: Office, signed: bytes
) -> None:
    assert office.looks(signed) == Signed((JAN,))


def test_who_asks_from_within_a_loop_is_answered_too(
    office: Office, signed: bytes
) -> None:
    async def ask() -> Signed | Refused:
        return office.looks(signed)

    assert settled(ask()) == Signed((JAN,))


def test_a_national_number_shows_in_no_log(office: Office, signed: bytes) -> None:
    assert JAN_NUMBER not in repr(office.looks(signed))


def test_proof_in_the_document_holds_when_its_lists_are_long_over(
    office: Office, signed: bytes
) -> None:
    assert isinstance(office.looks(signed, at=AT + timedelta(days=400)), Signed)


def test_without_a_stamp_it_counts_as_long_as_its_lists_do(office: Office) -> None:
    bare = office.signed(stamped=False)
    assert office.looks(bare) == Signed((Signatory("Jan Claes", JAN_NUMBER, LATER),))
    assert office.looks(bare, at=AT + timedelta(days=30)) == Refused(Reason.NO_PROOF)


def test_an_app_writes_the_national_number_in_the_european_way(
    office: Office,
) -> None:
    app = office.belgium.card(number=f"PNOBE-{JAN_NUMBER}")
    found = office.looks(office.belgium.sign(office.document, app, AT))
    assert found == Signed((JAN,))


def test_a_name_in_one_piece_is_read_without_what_the_card_is_for(
    office: Office,
) -> None:
    card = office.belgium.card(name="Wiebe")
    found = office.looks(office.belgium.sign(office.document, card, AT))
    assert found == Signed((Signatory("Wiebe", JAN_NUMBER, AT),))


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


def test_a_card_that_was_taken_back_says_so_to_whoever_asks(office: Office) -> None:
    lost, kept = office.belgium.card(), office.belgium.card()
    office.belgium.citizens.revoked.append(lost.certificate.serial_number)
    for card, found in ((lost, Refused(Reason.REVOKED)), (kept, Signed((JAN,)))):
        made = office.belgium.sign(office.document, card, AT, asked=True)
        assert office.looks(made) == found


def test_a_card_that_was_over_signs_nothing(office: Office) -> None:
    old = office.belgium.card(until=AT - timedelta(days=1))
    made = office.belgium.sign(office.document, old, AT)
    assert office.looks(made) == Refused(Reason.EXPIRED)


def test_a_card_that_is_over_since_still_signed(office: Office) -> None:
    old = office.belgium.card(until=AT + timedelta(days=1))
    assert office.looks(office.belgium.sign(office.document, old, AT)) == Signed((JAN,))


def test_the_key_to_sign_in_with_signs_no_contract(office: Office) -> None:
    card = office.belgium.card(usage=AUTHENTICATION)
    made = office.belgium.sign(office.document, card, AT)
    assert office.looks(made) == Refused(Reason.NOT_FOR_SIGNING)


def test_two_who_sign_together_are_both_told(office: Office, signed: bytes) -> None:
    mia = office.belgium.card(number=MIA_NUMBER, name="Mia Verlinden")
    later = Signatory("Mia Verlinden", MIA_NUMBER, AT + timedelta(hours=1))
    assert office.looks(office.also(signed, mia)) == Signed((JAN, later))
    # her proof is that of the first: the same authority, not over yet
    bare = office.also(signed, mia, proof=False)
    assert office.looks(bare) == Signed((JAN, later))


def test_who_signs_twice_is_one_person(office: Office, signed: bytes) -> None:
    assert office.looks(office.also(signed, office.card)) == Signed((JAN,))


def test_one_of_two_who_is_not_known_spoils_it(
    office: Office, signed: bytes, elsewhere: Belgium
) -> None:
    stranger = elsewhere.sign(signed, elsewhere.card(), AT, field_name="Tweede")
    assert office.looks(stranger) == Refused(Reason.UNTRUSTED)
    first = elsewhere.sign(office.document, elsewhere.card(), AT)
    assert office.looks(office.also(first, office.card)) == Refused(Reason.UNTRUSTED)


def test_a_page_full_of_signatures_is_for_a_person_to_weigh(office: Office) -> None:
    content = office.document
    for number in range(MOST_SIGNATURES + 1):
        content = office.belgium.sign(
            content,
            office.card,
            AT,
            proof=False,
            stamped=False,
            field_name=f"Hand {number}",
        )
    assert office.looks(content) == Refused(Reason.SEVERAL)


def test_a_seal_without_a_person_is_refused(office: Office) -> None:
    seal = office.belgium.card(number="")
    made = office.belgium.sign(office.document, seal, AT)
    assert office.looks(made) == Refused(Reason.NO_PERSON)


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
