"""Reading contracts that move in: every line right, or none of it."""

from dataclasses import dataclass
from datetime import date

from app.contracts.rules import Channel
from app.kernel.contract_number import ContractNumber
from app.kernel.errors import Invalid
from app.kernel.kbo import Kbo
from app.kernel.sheet import SEPARATOR, read_rows

COLUMNS = ("kbo", "naam", "contractnummer", "kanaal", "actief_van")
LONGEST_NAME = 200
OLDEST = date(2000, 1, 1)  # before there were contracts of this kind


@dataclass(frozen=True)
class Line:
    """A contract that was made elsewhere, and lives; at: where in the file."""

    kbo: Kbo
    name: str
    number: ContractNumber
    channel: Channel
    active_from: date
    at: int = 0


def read_contracts(content: bytes) -> list[Line]:
    """The lines of a CSV (UTF-8, `;`); Invalid names the first line that is wrong."""
    rows, wrong = read_rows(content)
    header = next(iter(rows), (1, []))[1]
    if tuple(cell.strip() for cell in header) != COLUMNS:
        raise Invalid(f"Regel 1: de kolommen moeten zijn: {SEPARATOR.join(COLUMNS)}")
    lines: list[Line] = []
    for at, cells in rows[1:]:
        if any(cells) and at not in wrong:
            try:
                lines.append(_line(at, cells))
            except ValueError as refused:
                wrong[at] = str(refused)
    wrong = {**_twice(lines), **wrong}
    if wrong:
        raise Invalid(f"Regel {min(wrong)}: {wrong[min(wrong)]}")
    if not lines:
        raise Invalid("Het bestand bevat geen enkel contract.")
    return lines


def _line(at: int, cells: list[str]) -> Line:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} kolommen in plaats van {len(COLUMNS)}.")
    kbo, name, number, channel, since = (cell.strip() for cell in cells)
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ValueError("De naam ontbreekt, is te lang of bevat een vreemd teken.")
    if channel not in set(Channel):
        raise ValueError("Het kanaal is portaal of api.")
    return Line(
        Kbo.parse(kbo),
        name,
        ContractNumber.parse(number),
        Channel(channel),
        _day(since),
        at,
    )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() != text:  # Python reads weeks, and days without a dash, too
        raise ValueError("Schrijf actief_van als 2026-10-26.")
    if day < OLDEST:
        raise ValueError(f"actief_van ligt vóór {OLDEST:%Y}.")
    return day


def _twice(lines: list[Line]) -> dict[int, str]:
    """The lines that tell once more of an organisation or a number."""
    seen: set[str] = set()
    wrong: dict[int, str] = {}
    for line in lines:
        for kind, what in (("KBO", line.kbo), ("contract", line.number)):
            if f"{kind} {what}" in seen:
                wrong.setdefault(line.at, f"{what} staat al eerder in dit bestand.")
            seen.add(f"{kind} {what}")
    return wrong
