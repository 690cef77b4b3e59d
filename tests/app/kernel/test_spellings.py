"""Numbers in whatever spelling they come: the same number, or a refusal."""

from contextlib import suppress
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.contract_number import LONGEST, SHORTEST, ContractNumber
from app.kernel.ean import Ean
from app.kernel.ean import check_digit as gs1
from app.kernel.gln import Gln
from app.kernel.kbo import Kbo, check_digits


class Parsed(Protocol):
    """A number as a value: what it is read from, and how it is shown."""

    @classmethod
    def parse(cls, text: str) -> "Parsed":
        """The number, or ValueError."""


KINDS: tuple[type[Parsed], ...] = (Kbo, Ean, Gln, ContractNumber)
kinds = st.sampled_from(KINDS)
kbos = st.integers(0, 19_999_999).map(lambda n: f"{n:08}" + check_digits(f"{n:08}"))
glns = st.integers(0, 10**12 - 1).map(lambda n: f"{n:012}" + gs1(f"{n:012}"))
eans = st.integers(0, 10**15 - 1).map(lambda n: Ean.from_body(f"54{n:015}").digits)
numbers = st.integers(SHORTEST, LONGEST).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)
blanks = st.sampled_from(["", " ", "\t", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}"])
others = {
    "full width": "０１２３４５６７８９",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
}


def spaced(draw: st.DrawFn, digits: str, between: st.SearchStrategy[str]) -> str:
    return "".join(draw(between) + digit for digit in digits) + draw(between)


@st.composite
def spelled(draw: st.DrawFn) -> tuple[type[Parsed], str, str]:
    """A kind of number, its digits, and one way in which people paste them."""
    kind = draw(kinds)
    of = {Kbo: kbos, Ean: eans, Gln: glns, ContractNumber: numbers}[kind]
    digits = draw(of)
    return kind, digits, spaced(draw, digits, blanks)


@given(spelled())
def test_blanks_of_any_kind_do_not_count(case: tuple[type[Parsed], str, str]) -> None:
    kind, digits, text = case
    assert str(kind.parse(text)) == digits


@given(
    kbos,
    st.sampled_from(["", "BE", "BE ", "be", "Be-", "BE.", " BE "]),
    st.sampled_from([".", " ", "-", "/", "", " . "]),
)
def test_a_kbo_number_is_one_however_it_is_written(
    digits: str, land: str, mark: str
) -> None:
    written = land + mark.join((digits[:4], digits[4:7], digits[7:]))
    assert Kbo.parse(written).digits == digits
    if digits.startswith("0"):  # as on paper of before 2005
        old = land + mark.join((digits[1:4], digits[4:7], digits[7:]))
        assert Kbo.parse(old).digits == digits


@given(st.sampled_from(KINDS), st.sampled_from(sorted(others)), st.data())
def test_digits_of_another_script_are_refused_everywhere(
    kind: type[Parsed], script: str, data: st.DataObject
) -> None:
    of = {Kbo: kbos, Ean: eans, Gln: glns, ContractNumber: numbers}[kind]
    digits = data.draw(of)
    at = data.draw(st.integers(0, len(digits) - 1))
    strange = others[script][int(digits[at])]
    for text in (
        digits[:at] + strange + digits[at + 1 :],
        digits.translate(str.maketrans("0123456789", others[script])),
    ):
        with pytest.raises(ValueError, match="cijfers"):
            kind.parse(text)


@given(kinds, st.text(max_size=30) | st.text("0123456789.BE -/", max_size=30))
def test_whatever_is_typed_is_a_number_or_refused_and_nothing_else(
    kind: type[Parsed], text: str
) -> None:
    shown = ""
    with suppress(ValueError):
        shown = str(kind.parse(text))
    if shown:
        assert shown.isascii()
        assert shown.isdigit()
        assert str(kind.parse(shown)) == shown


@pytest.mark.parametrize(
    "text", ["BEBE0477445084", "0477445084BE", "B E0477445084x", "47445084", "BE"]
)
def test_what_only_looks_like_a_kbo_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="10 cijfers"):
        Kbo.parse(text)
