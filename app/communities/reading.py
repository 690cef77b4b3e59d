"""Reading a register of communities: every line right, or none of it."""

from dataclasses import dataclass

from app.accounts.contact import parse_email, parse_login, parse_mobile, parse_name
from app.communities.rules import COLUMNS, Line, clashes, is_number
from app.kernel.errors import Invalid
from app.kernel.sheet import SEPARATOR, read_rows


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
    rows, wrong = read_rows(content)
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
