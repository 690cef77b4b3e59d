"""Tables as a spreadsheet opens them: CSV with `;`, and no cell that calculates."""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"  # by which a spreadsheet knows UTF-8
CALCULATES = ("=", "+", "-", "@", "\t", "\r")


def sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV; what a spreadsheet would run as a formula is only text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return MARK + out.getvalue()


def _cell(value: object) -> object:
    is_formula = isinstance(value, str) and value.startswith(CALCULATES)
    return f"'{value}" if is_formula else value
