"""Reading a register of communities: every line right, or none of it."""

import csv
from collections.abc import Callable, Iterator
from typing import TypeVar

from app.accounts.contact import parse_email, parse_login, parse_mobile, parse_name
from app.communities.rules import COLUMNS, Line, clash, is_number
from app.kernel.errors import Invalid

SEPARATOR = ";"
T = TypeVar("T")
R = TypeVar("R")


def read_register(content: bytes) -> list[Line]:
    """The lines of a CSV (UTF-8, `;`); Invalid names the first line that is wrong."""
    rows = _rows(content)
    header = next(rows, (1, []))[1]
    if tuple(cell.strip() for cell in header) != COLUMNS:
        raise Invalid(f"Regel 1: de kolommen moeten zijn: {SEPARATOR.join(COLUMNS)}")
    lines = [(at, _at(at, _line, cells)) for at, cells in rows if any(cells)]
    if wrong := clash(lines):
        raise Invalid(f"Regel {wrong[0]}: {wrong[1]}")
    if not lines:
        raise Invalid("Het bestand bevat geen enkele beheerder.")
    return [line for _, line in lines]


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells; what is not UTF-8 or not CSV is refused there."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    texts = (_at(at, bytes.decode, line) for at, line in enumerate(lines, start=1))
    reader = csv.reader(texts, delimiter=SEPARATOR, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            raise Invalid(f"Regel {reader.line_num}: geen geldige CSV.") from broken
        yield reader.line_num, cells


def _at(at: int, read: Callable[[T], R], what: T) -> R:
    try:
        return read(what)
    except UnicodeDecodeError as broken:
        raise Invalid(f"Regel {at}: dit is geen UTF-8.") from broken
    except Invalid as wrong:
        raise Invalid(f"Regel {at}: {wrong.sentence}") from wrong


def _line(cells: list[str]) -> Line:
    if len(cells) != len(COLUMNS):
        raise Invalid(f"{len(cells)} kolommen in plaats van {len(COLUMNS)}.")
    number, name, login, manager, email, mobile = (cell.strip() for cell in cells)
    if not is_number(number):
        raise Invalid(
            f"{number[:32]!r} is geen nummer van een gemeenschap (EG1234567)."
        )
    return Line(
        number=number,
        name=parse_name(name),
        login=parse_login(login),
        manager=parse_name(manager),
        email=parse_email(email),
        mobile=parse_mobile(mobile),
    )
