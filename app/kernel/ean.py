"""An EAN code is a value whose check digit holds, not a string that looks like one."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Self

BODY = 17
LENGTH = BODY + 1
SIGNS = re.compile(r"[\s.]+")
IN_TEXT = re.compile(r"(?<!\d)54\d{16}(?!\d)", re.ASCII)


def check_digit(body: str) -> str:
    """Weigh by 3 and 1 from the right; the GS1 digit fills up to the next ten."""
    weighted = sum(
        int(digit) * (1 if index % 2 else 3)
        for index, digit in enumerate(reversed(body))
    )
    return str(-weighted % 10)


class Slip(Enum):
    """What keeps a text from being an EAN code; the first one counts."""

    LENGTH = "Een EAN-code telt 18 cijfers."
    START = "Een EAN-code begint met 54."
    CHECK = "Het controlecijfer van de EAN-code klopt niet."


def bare(text: str) -> str:
    """What was typed or pasted, without the blanks and dots that people set in it."""
    return SIGNS.sub("", text)


def slip_in(digits: str) -> Slip | None:
    """What is wrong with these digits; nothing for a code that holds."""
    if not _is_number(digits, LENGTH):
        return Slip.LENGTH
    if not digits.startswith("54"):
        return Slip.START
    return Slip.CHECK if check_digit(digits[:BODY]) != digits[BODY] else None


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Ean:
    """18 digits of a Belgian access point; shown in full only when asked to."""

    digits: str

    def __post_init__(self) -> None:
        if slip := slip_in(self.digits):
            raise ValueError(slip.value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed or pasted; blanks and dots do not count."""
        return cls(bare(text))

    @classmethod
    def from_body(cls, body: str) -> Self:
        """Complete the 17 digits that stand before the check digit."""
        if not _is_number(body, BODY):
            raise ValueError("Zonder controlecijfer telt een EAN-code 17 cijfers.")
        return cls(body + check_digit(body))

    @property
    def masked(self) -> str:
        """`… 5678`: enough for who knows the code, too little for who does not."""
        return f"… {self.digits[-4:]}"

    def __str__(self) -> str:
        return self.digits

    def __repr__(self) -> str:
        # logs and tracebacks print this, and no EAN may stand there in full
        return f"Ean({self.masked})"


def without_eans(text: str) -> str:
    """The text with whatever looks like an EAN code masked, also a mistyped one."""
    return IN_TEXT.sub(lambda found: f"… {found[0][-4:]}", text)


def _is_number(text: str, length: int) -> bool:
    # isdigit alone would let Arabic-Indic digits and superscripts pass
    return len(text) == length and text.isascii() and text.isdigit()
