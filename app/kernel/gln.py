"""A GLN names a party of the market: 13 digits, the last of which checks the others."""

from dataclasses import dataclass
from typing import Self

from app.kernel.ean import check_digit

BODY = 12
LENGTH = BODY + 1


@dataclass(frozen=True, slots=True, order=True)
class Gln:
    """13 digits whose GS1 check digit holds."""

    digits: str

    def __post_init__(self) -> None:
        if not (
            len(self.digits) == LENGTH
            and self.digits.isascii()
            and self.digits.isdigit()
        ):
            raise ValueError("Een GLN telt 13 cijfers.")
        if check_digit(self.digits[:BODY]) != self.digits[BODY]:
            raise ValueError("Het controlecijfer van de GLN klopt niet.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed or pasted; blanks between the digits do not count."""
        return cls("".join(text.split()))

    def __str__(self) -> str:
        return self.digits
