"""Reading a register of communities: every line right, or none of it."""

import csv
from dataclasses import dataclass

from app.accounts.contact import parse_email, parse_login, parse_mobile, parse_name
from app.communities.rules import COLUMNS, Line, clashes, is_number
from app.kernel.errors import Invalid

SEPARATOR = ";"
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Reading:
    """The lines that are right, with their number; a sentence for each other one."""

    lines: list[tuple[int, Line]]
    wrong: list[str]


def read_register(content: bytes) -> list[Line]:
    """The lines of a CSV (UTF-8, `;`); Invalid names the first line that is wrong."""
    reading = read_all(content)
    if reading.wrong:
        raise Invalid(reading.wrong[0])
    return [line for _, line in reading.lines]


def read_all(content: bytes) -> Reading:
    """The same, with every line that is wrong, the topmost first."""
    rows, wrong = _rows(content)
    header = next(iter(rows), (1, []))[1]
    if tuple(cell.strip() for cell in header) != COLUMNS:
        columns = f"de kolommen moeten zijn: {SEPARATOR.join(COLUMNS)}"
        return Reading([], [f"Regel 1: {columns}"])
    lines = []
    for at, cells in rows[1:]:
        if any(cells) and at not in wrong:
            try:
                lines.append((at, _line(cells)))
            except Invalid as refused:
                wrong[at] = refused.sentence
    wrong |= dict(clashes(lines))
    if not lines and not wrong:
        return Reading([], ["Het bestand bevat geen enkele beheerder."])
    return Reading(lines, [f"Regel {at}: {wrong[at]}" for at in sorted(wrong)])


def _rows(content: bytes) -> tuple[list[Row], dict[int, str]]:
    """Line number and cells, up to what is no CSV; the lines that are no text."""
    raw = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    wrong = {
        at: "dit is geen UTF-8. Bewaar het bestand als 'CSV UTF-8'."
        for at, line in enumerate(raw, start=1)
        if not _is_text(line)
    }
    texts = (line.decode(errors="replace") for line in raw)
    reader = csv.reader(texts, delimiter=SEPARATOR, strict=True)
    rows: list[Row] = []
    try:
        rows.extend((reader.line_num, cells) for cells in reader)
    except csv.Error:  # what follows cannot be told apart any more
        wrong[reader.line_num] = "geen geldige CSV."
    return rows, wrong


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(cells: list[str]) -> Line:
    if len(cells) != len(COLUMNS):
        raise Invalid(f"{len(cells)} kolommen in plaats van {len(COLUMNS)}.")
    read, wrong = list[str](), list[str]()
    for parse, cell in zip(PARSERS, cells, strict=True):
        try:
            read.append(parse(cell.strip()))
        except Invalid as refused:
            wrong.append(refused.sentence)
    if wrong:
        raise Invalid(" ".join(wrong))
    return Line(*read)


def _number(text: str) -> str:
    if not is_number(text):
        raise Invalid(f"{text[:32]!r} is geen nummer van een gemeenschap (EG1234567).")
    return text


PARSERS = (_number, parse_name, parse_login, parse_name, parse_email, parse_mobile)
