"""A KBO number is a value whose check digits hold, in whatever spelling it came."""

import re
from dataclasses import dataclass
from typing import Self

BODY, LENGTH = 8, 10
MODULUS = 97
OLD = LENGTH - 1  # numbers of before 2005 are still written without their first 0
SIGNS = re.compile(r"[\s.\-/]+")


def check_digits(body: str) -> str:
    """What fills the first eight digits up to the next multiple of 97."""
    return f"{MODULUS - int(body) % MODULUS:02}"


@dataclass(frozen=True, slots=True, order=True)
class Kbo:
    """Ten digits of a Belgian organisation; the first one is 0 or 1."""

    digits: str

    def __post_init__(self) -> None:
        if not (
            len(self.digits) == LENGTH
            and self.digits.isascii()
            and self.digits.isdigit()
        ):
            raise ValueError("Een KBO-nummer telt 10 cijfers.")
        if self.digits[0] not in "01":
            raise ValueError("Een KBO-nummer begint met 0 of 1.")
        if check_digits(self.digits[:BODY]) != self.digits[BODY:]:
            raise ValueError("De controlecijfers van het KBO-nummer kloppen niet.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `BE 0477.445.084`, `0477445084`, or the nine digits of an old one."""
        digits = SIGNS.sub("", text).upper().removeprefix("BE")
        return cls(digits.zfill(LENGTH) if len(digits) == OLD else digits)

    @property
    def spaced(self) -> str:
        """As people write it: `0477.445.084`."""
        return f"{self.digits[:4]}.{self.digits[4:7]}.{self.digits[7:]}"

    def __str__(self) -> str:
        return self.digits
