"""Tables as a spreadsheet writes and opens them: CSV with `;`, in UTF-8."""

import csv
import io
from collections.abc import Iterable, Sequence

Row = tuple[int, list[str]]
MARK = "\ufeff"  # by which a spreadsheet knows UTF-8
SEPARATOR = ";"
CALCULATES = ("=", "+", "-", "@", "\t", "\r")


def sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV; what a spreadsheet would run as a formula is only text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return MARK + out.getvalue()


def read_rows(content: bytes) -> tuple[list[Row], dict[int, str]]:
    """Line number and cells, up to what is no CSV; the lines that are no text."""
    raw = content.removeprefix(MARK.encode()).splitlines(keepends=True)
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


def _cell(value: object) -> object:
    is_formula = isinstance(value, str) and value.startswith(CALCULATES)
    return f"'{value}" if is_formula else value
