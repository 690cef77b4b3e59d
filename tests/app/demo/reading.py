"""Reading correction files by what their description says, not by how we write them."""

import re
from collections import defaultdict
from decimal import Decimal

from app.kernel.ean import Ean

VOLUMES = ("Gemeten", "Gedeeld", "Gecorrigeerd")
Who = tuple[str, str]
Row = dict[str, str]


def number(text: str) -> Decimal:
    """An amount of kWh: a comma and three decimals."""
    assert re.fullmatch(r"[0-9]+,[0-9]{3}", text)
    return Decimal(text.replace(",", "."))


def unwrapped(cell: str) -> str:
    """The code that spreadsheets shall not take for a number."""
    match = re.fullmatch(r'="([0-9]{18})"', cell)
    assert match
    return str(Ean.parse(match[1]))


def sums(rows: list[Row]) -> dict[Who, list[Decimal]]:
    """The volumes of each code and direction, added up."""
    totals: dict[Who, list[Decimal]] = defaultdict(lambda: [Decimal()] * 3)
    for row in rows:
        who = unwrapped(row["EAN-code"]), row["Richting"]
        volumes = [number(row[f"{name} volume"]) for name in VOLUMES]
        totals[who] = [old + new for old, new in zip(totals[who], volumes, strict=True)]
    return totals
