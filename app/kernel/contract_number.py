"""The number of a data-access contract: 10 to 13 digits that mean nothing more."""

from dataclasses import dataclass
from typing import Self

SHORTEST, LONGEST = 10, 13


@dataclass(frozen=True, slots=True, order=True)
class ContractNumber:
    """Digits only, since that is all that is known of it: no check digit holds."""

    digits: str

    def __post_init__(self) -> None:
        if not (self.digits.isascii() and self.digits.isdigit()):
            raise ValueError("Een contractnummer bestaat uit cijfers.")
        if not SHORTEST <= len(self.digits) <= LONGEST:
            raise ValueError("Een contractnummer telt 10 tot 13 cijfers.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed or pasted; blanks between the digits do not count."""
        return cls("".join(text.split()))

    def __str__(self) -> str:
        return self.digits
