"""What a provider would like: which days it may ask for, and in which words."""

from datetime import date

import pytest

from app.contracts.wishes import Wish, is_plain, may_ask_since, reads_on


def test_a_wish_is_told_when_there_is_one() -> None:
    assert not Wish().is_told
    assert Wish(detail="dag").is_told
    assert Wish(since=date(2025, 1, 1)).is_told
    assert Wish(purpose="om je zonnepanelen te dimensioneren").is_told


def test_a_wish_reaches_back_three_years_and_not_into_the_future() -> None:
    today = date(2026, 10, 26)
    assert may_ask_since(today, today=today)
    assert may_ask_since(date(2023, 10, 26), today=today)
    assert not may_ask_since(date(2023, 10, 25), today=today)
    assert not may_ask_since(date(2026, 10, 27), today=today)
    leap = date(2028, 2, 29)
    assert may_ask_since(date(2025, 2, 28), today=leap)
    assert not may_ask_since(date(2025, 2, 27), today=leap)


@pytest.mark.parametrize(
    ("purpose", "is_fine"),
    [
        ("om je zonnepanelen te dimensioneren", True),
        ("Om 3.500 kWh per jaar te besparen, o.a. met een batterij (5 kWh)", True),
        ("voor een offerte op maat: <b>gratis</b> & snel", True),
        ("om te lezen op https://zon.example", False),
        ("om te lezen op zonadvies.be/korting", False),
        ("om te lezen op WWW zon, of www.zon", False),
        ("om te mailen naar wiebe@zon", False),
        ("om te lezen op zon\uff0eexample of zon\u3002example", False),
        ("om te bellen naar 0900 12 345", False),
        ("om je verbruik van 2024-2025 te vergelijken", True),
    ],
)
def test_a_purpose_leads_nowhere(purpose: str, *, is_fine: bool) -> None:
    assert reads_on(purpose)
    assert is_plain(purpose) is is_fine


def test_a_purpose_goes_on_with_the_sentence_of_the_plan() -> None:
    assert not any(map(reads_on, ("zonnepanelen", "ommekeer", "om", "")))
