"""What somebody asks in an address or a form, made safe to look up."""

from collections.abc import Mapping

LONGEST = 100
LARGEST_ROW = 2**31 - 1


def typed(given: Mapping[str, str], name: str) -> str:
    """Text to search for, no longer than anybody means."""
    return one_line(given.get(name))[:LONGEST].strip()


def one_line(text: str | None) -> str:
    """What somebody wrote, as it is kept: blanks as one, no sign that nobody sees.

    No database takes a NUL; and some signs turn round what stands after them.
    """
    words = ("".join(filter(str.isprintable, word)) for word in (text or "").split())
    return " ".join(filter(None, words))


def row_number(text: str) -> int:
    """A number that a row can have; ValueError for any other, as `type` wants it."""
    number = int(text)
    if not 0 < number <= LARGEST_ROW:
        raise ValueError(text)
    return number
