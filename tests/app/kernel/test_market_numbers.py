"""A party's GLN and a contract's number: what they accept and refuse."""

import pytest

from app.kernel.contract_number import ContractNumber
from app.kernel.gln import Gln


def test_a_gln_is_read_with_blanks_and_shown_without() -> None:
    assert str(Gln.parse("5414452 00000 9")) == "5414452000009"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("541445200000", "13 cijfers"),
        ("54144520000099", "13 cijfers"),
        ("541445200000x", "13 cijfers"),
        ("²414452000009", "13 cijfers"),
        ("5414452000008", "controlecijfer"),
    ],
)
def test_what_is_no_gln_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Gln.parse(text)


@pytest.mark.parametrize("text", ["3599900040", "3599900040700", "3599 9000 40700"])
def test_a_contract_number_is_taken_as_it_is(text: str) -> None:
    assert str(ContractNumber.parse(text)) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("359990004", "10 tot 13"),
        ("35999000407000", "10 tot 13"),
        ("", "cijfers"),
        ("3599900040a", "cijfers"),
        ("٣٥٩٩٩٠٠٠٤٠", "cijfers"),
    ],
)
def test_what_is_no_contract_number_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        ContractNumber.parse(text)
