"""How long a list of EAN codes may grow, and what adding one to it came to."""

from enum import Enum, auto

MOST = 200


class Added(Enum):
    """What became of a code that somebody wants on a list."""

    NOW = auto()
    BEFORE = auto()  # it stood there already
    FULL = auto()


def fits(*, listed: int) -> bool:
    """Whether there is room for one more."""
    return listed < MOST
