"""What somebody may do for an organisation, and which functions began or ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.kernel.kbo import Kbo

BETWEEN = str.maketrans("", "", " .-/")
# an address that got access, long after it is too late to come; access that was taken
# back, for whoever asks later who could act. Why, says decision 21.
ANSWERED_BY, ENDED_KEPT = timedelta(days=90), timedelta(days=2 * 366)
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_FUNCTION = 200, 300, 64
INVITED_FOR = timedelta(days=30)
A_DAY, GRANTS_A_DAY = timedelta(days=1), 50  # each of them is a letter


class Rank(StrEnum):
    """The more somebody may do, the later it stands."""

    VIEWER = "viewer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def may_manage(self) -> bool:
        """Contracts, API clients and whatever else binds the organisation."""
        return self is not Rank.VIEWER

    @property
    def may_grant(self) -> bool:
        """Who else may see or manage."""
        return self is Rank.ADMINISTRATOR


class Source(StrEnum):
    """Whence somebody has their rank: a function in the KBO, or an administrator."""

    KBO = "kbo"
    GRANTED = "granted"


@dataclass(frozen=True)
class Claim:
    """A function that the issuer says somebody has, as it stands in the KBO."""

    kbo: Kbo
    name: str
    address: str = ""
    function: str = ""


@dataclass(frozen=True)
class Turn:
    """What a sign-in changes: organisations in which a function began or ended."""

    begun: frozenset[Kbo]
    ended: frozenset[Kbo]


def turn(held: Collection[Kbo], claimed: Collection[Kbo]) -> Turn:
    """What stands in the KBO counts; what stands there no longer, does not."""
    return Turn(
        begun=frozenset(claimed) - frozenset(held),
        ended=frozenset(held) - frozenset(claimed),
    )


def highest(ranks: Collection[Rank]) -> Rank:
    """Who has a function and was granted a rank as well has the higher of the two."""
    return max(ranks, key=list(Rank).index)


def digits_in(query: str) -> str:
    """The digits of a KBO number as people write it, or of part of one; else none."""
    bare = query.upper().strip().removeprefix("BE").translate(BETWEEN)
    return bare if bare.isascii() and bare.isdigit() else ""


def invited_until(made_at: datetime) -> datetime:
    """Until when somebody may take up what an administrator gave."""
    return made_at + INVITED_FOR


def invited_since(now: datetime) -> datetime:
    """What was given at that moment or before is over."""
    return now - INVITED_FOR


def plain(text: str, longest: int) -> str:
    """A text of others on one line, without what turns or hides letters, cut off."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:longest].rstrip()
