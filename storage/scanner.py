"""The door to a scanner of viruses: what it says of bytes before anybody gets them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Finding(StrEnum):
    """What is known of a file's bytes; the words stand in rows."""

    UNSCANNED = "unscanned"
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"  # somebody looked, and could not tell


class Doubt(StrEnum):
    """Why a scanner could not tell; the words stand in rows."""

    AWAY = "away"
    SILENT = "silent"
    TOO_LARGE = "too large"
    GARBLED = "garbled"
    DAMAGED = "damaged"  # the bytes: they are not those that were put


@dataclass(frozen=True)
class Verdict:
    """A finding, with the name of what was found or the doubt that remains."""

    finding: Finding
    why: str = ""

    @property
    def is_outage(self) -> bool:
        """Whether it tells of the scanner, and nothing of the bytes."""
        return self.why in {Doubt.AWAY, Doubt.SILENT}

    @property
    def is_final(self) -> bool:
        """Whether looking once more, by itself, would tell no more."""
        stays = self.why in {Doubt.TOO_LARGE, Doubt.DAMAGED}
        return stays or self.finding is not Finding.UNKNOWN


CLEAN = Verdict(Finding.CLEAN)


class Scanner(Protocol):
    """Looks into bytes; what it does not let by, nobody may get."""

    @property
    def lets_by(self) -> frozenset[Finding]:
        """What a file must be found to be before it may go out."""

    def check(self, pieces: Iterable[bytes]) -> Verdict:
        """What is in the bytes; a scanner that cannot tell says so, and never raises.

        What goes wrong while the pieces are read is the reader's own, and does raise.
        """


@dataclass(frozen=True)
class NoScanner:
    """Nobody looks; what was found before, when somebody did, still counts."""

    lets_by: frozenset[Finding] = frozenset(Finding) - {Finding.INFECTED}

    def check(self, pieces: Iterable[bytes]) -> Verdict:
        del pieces  # unread
        return Verdict(Finding.UNSCANNED)
