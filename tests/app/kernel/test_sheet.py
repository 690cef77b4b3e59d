import csv
import io

import pytest

from app.kernel.sheet import MARK, sheet


def test_a_spreadsheet_reads_back_what_was_written() -> None:
    rows: list[list[object]] = [["Zonnedelen; Gent", 'de "Leie"'], ["twee\nregels", 3]]
    text = sheet(["naam", "wat"], rows)
    assert text.startswith(MARK)
    lines = text.removeprefix(MARK).splitlines(keepends=True)
    assert list(csv.reader(lines, delimiter=";")) == [
        ["naam", "wat"],
        ["Zonnedelen; Gent", 'de "Leie"'],
        ["twee\nregels", "3"],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+32", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_calculates(cell: str) -> None:
    (_header, (read,)) = csv.reader(
        io.StringIO(sheet(["a"], [[cell]]), newline=""), delimiter=";"
    )
    assert read == f"'{cell}"


def test_a_number_stays_a_number() -> None:
    assert sheet(["a"], [[-1]]).endswith("\r\n-1\r\n")
