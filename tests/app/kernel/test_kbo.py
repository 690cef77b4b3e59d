"""A KBO number: what it accepts, what it refuses, how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.kbo import BODY, Kbo, check_digits

VALID = ["0477445084", "0123456749", "1000000021", "1234567894"]


@pytest.mark.parametrize("digits", VALID)
def test_a_number_of_the_register_is_accepted(digits: str) -> None:
    assert str(Kbo(digits)) == digits


@pytest.mark.parametrize(
    "text",
    [
        "0477.445.084",
        "BE 0477.445.084",
        "be0477445084",
        "BE-0477-445-084",
        " 0477 445 084 ",
        "477.445.084",
        "477445084",
    ],
)
def test_any_usual_spelling_is_the_same_number(text: str) -> None:
    assert Kbo.parse(text) == Kbo("0477445084")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "telt 10 cijfers"),
        ("04774450", "telt 10 cijfers"),
        ("04774450840", "telt 10 cijfers"),
        ("0477.445.o84", "telt 10 cijfers"),
        ("٠٤٧٧٤٤٥٠٨٤", "telt 10 cijfers"),
        ("NL0477445084", "telt 10 cijfers"),
        ("2477445084", "begint met 0 of 1"),
        ("0123456789", "controlecijfers"),
        ("0477445048", "controlecijfers"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Kbo.parse(text)


def test_it_is_written_in_groups() -> None:
    assert Kbo("0477445084").spaced == "0477.445.084"


@given(st.integers(0, 19_999_999), st.integers(0, 9), st.integers(0, 9))
def test_no_single_wrong_digit_passes(number: int, place: int, digit: int) -> None:
    body = f"{number:0{BODY}}"
    digits = body + check_digits(body)
    wrong = digits[:place] + str(digit) + digits[place + 1 :]
    if wrong == digits:
        assert Kbo(digits).digits == wrong
        return
    with pytest.raises(ValueError, match="KBO-nummer"):
        Kbo(wrong)
