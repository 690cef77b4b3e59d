"""An EAN code: what it accepts, what it refuses, what it shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ean import Ean, check_digit, without_eans

GENUINE = "541449999000000017"
bodies = st.from_regex(r"54[0-9]{15}", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    [GENUINE, "541449999000000024", "541449999000000031", "541449999000000048"],
)
def test_the_codes_of_the_worked_example_hold(text: str) -> None:
    assert str(Ean.parse(text)) == text


def test_blanks_and_dots_of_a_pasted_code_do_not_count() -> None:
    assert Ean.parse("5414.4999.9000.0000.17") == Ean(GENUINE)
    assert Ean.parse(" 541449 999000\t000017\u00a0\n") == Ean(GENUINE)


@given(bodies)
def test_a_body_gets_the_digit_that_makes_it_hold(body: str) -> None:
    assert Ean.parse(str(Ean.from_body(body))).digits[:17] == body


@given(bodies, st.integers(2, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, at: int, more: int) -> None:
    digits = str(Ean.from_body(body))
    wrong = str((int(digits[at]) + more) % 10)
    with pytest.raises(ValueError, match="controlecijfer"):
        Ean.parse(digits[:at] + wrong + digits[at + 1 :])


@given(bodies)
def test_exactly_one_check_digit_fits(body: str) -> None:
    fitting = [digit for digit in "0123456789" if check_digit(body) == digit]
    assert len(fitting) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "18 cijfers"),
        (GENUINE[:-1], "18 cijfers"),
        (GENUINE + "0", "18 cijfers"),
        ("54144999900000001x", "18 cijfers"),
        ("5414499990000000\u0661\u0667", "18 cijfers"),
        ("5414499990000000¹7", "18 cijfers"),
        ("871449999000000017", "begint met 54"),
        ("541449999000000018", "controlecijfer"),
    ],
)
def test_what_is_no_ean_is_refused_with_its_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Ean.parse(text)


@pytest.mark.parametrize("body", ["", "54", GENUINE, "5414499990000000x"])
def test_a_body_has_seventeen_digits(body: str) -> None:
    with pytest.raises(ValueError, match="17 cijfers"):
        Ean.from_body(body)


def test_a_refusal_does_not_repeat_the_code() -> None:
    with pytest.raises(ValueError, match="controlecijfer") as refusal:
        Ean.parse("541449999000000018")
    assert "5414" not in str(refusal.value)


def test_only_the_last_four_digits_show_unless_asked() -> None:
    ean = Ean(GENUINE)
    assert ean.masked == "… 0017"
    assert repr(ean) == "Ean(… 0017)"
    assert f"{ean}" == GENUINE


def test_a_text_loses_the_codes_in_it_also_a_mistyped_one() -> None:
    for code in (GENUINE, "541449999000000018"):
        masked = f"Meter_… {code[-4:]}.pdf"
        assert without_eans(f"Meter_{code}.pdf") == masked
    for text in ("CORR_2026-05_EG0001234_V01.csv", f"1{GENUINE}", "5" * 18):
        assert without_eans(text) == text


def test_codes_sort_and_serve_as_keys() -> None:
    low, high = Ean(GENUINE), Ean("541449999000000024")
    assert sorted({high, low, Ean(GENUINE)}) == [low, high]
