"""What somebody asks in an address or a form, made safe to look up."""

from collections.abc import Mapping

LONGEST = 100
LARGEST_ROW = 2**31 - 1


def typed(given: Mapping[str, str], name: str) -> str:
    """Text to search for, no longer than anybody means; no database takes a NUL."""
    return given.get(name, "").replace("\0", "").strip()[:LONGEST]


def row_number(text: str) -> int:
    """A number that a row can have; ValueError for any other, as `type` wants it."""
    number = int(text)
    if not 0 < number <= LARGEST_ROW:
        raise ValueError(text)
    return number
