"""The workbook as somebody else would read it: it says what the CSV says."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from app.demo.generator import Correction, csv_pieces, xlsx_bytes
from app.kernel.ean import Ean
from tests.app.demo.reading import VOLUMES, Row, Who, number, sums, unwrapped

BRUSSELS = ZoneInfo("Europe/Brussels")


def table(workbook: CalamineWorkbook, name: str) -> list[list[object]]:
    return [list(row) for row in workbook.get_sheet_by_name(name).to_python()]


def labelled(workbook: CalamineWorkbook) -> dict[object, object]:
    return {row[0]: row[1] for row in table(workbook, "Overzicht")}


def exact(cell: object) -> Decimal:
    assert isinstance(cell, float)
    return Decimal(f"{cell:.3f}")


def test_the_workbook_has_the_sheets_of_its_version(
    workbook: CalamineWorkbook, october: Correction
) -> None:
    names = ["Overzicht", "Deelnemers", *VOLUMES, "Kwaliteit"]
    assert workbook.sheet_names == [*names, "Wijzigingen", "Leeswijzer"]
    assert october.replaces
    first = CalamineWorkbook.from_filelike(BytesIO(xlsx_bytes(october.replaces)))
    assert first.sheet_names == [*names, "Leeswijzer"]
    overview = labelled(first)
    assert (overview["Vervangt versie"], overview["Reden"]) == ("", "")


def test_the_overview_says_what_the_name_says(workbook: CalamineWorkbook) -> None:
    overview = labelled(workbook)
    assert overview["Gemeenschap-ID"] == "EG0001234"
    assert overview["Naam gemeenschap"] == "Zonnedelen Gentbrugge cv"
    assert overview["Bestands-ID"] == "CORR_2026-10_EG0001234_V02"
    assert overview["Berekend op"] == date(2026, 11, 25)
    assert (overview["Versie"], overview["Vervangt versie"]) == (2, 1)
    assert overview["Aantal kwartieren"] == 2980
    assert overview["Aantal deelnemers"] == 5
    assert (
        overview["Totaal gedeeld afname (kWh)"]
        == overview["Totaal gedeeld injectie (kWh)"]
    )
    assert overview["Volledigheid (%)"] == round(100 - 100 * 8 / (7 * 2980), 3)


def test_the_participants_add_up_as_in_the_csv(
    workbook: CalamineWorkbook, rows: list[Row]
) -> None:
    header, *lines = table(workbook, "Deelnemers")
    assert len(header) == 16
    told = [dict(zip(header, line, strict=True)) for line in lines]
    assert {
        (one["EAN-code"], one["Richting"]): [
            exact(one[f"{name} (kWh)"]) for name in VOLUMES
        ]
        for one in told
    } == sums(rows)
    for one in told:
        by_tariff = exact(one["Waarvan dag"]) + exact(one["Waarvan nacht"])
        assert by_tariff == exact(one["Gecorrigeerd (kWh)"])
        is_whole = one["Kwartieren aanwezig"] == one["Kwartieren verwacht"] == 2980
        assert one["Volledig (Ja/Nee)"] == ("Ja" if is_whole else "Nee")


@pytest.mark.parametrize("name", VOLUMES)
def test_a_wide_sheet_holds_every_value_of_the_csv(
    workbook: CalamineWorkbook, rows: list[Row], name: str
) -> None:
    codes, directions, units, totals, labels, *lines = table(workbook, name)
    assert [row[0] for row in (codes, directions, units, totals)] == [
        "EAN-code",
        "Richting",
        "Eenheid",
        "Som",
    ]
    assert labels[:2] == ["Van (lokaal)", "Van (UTC)"]
    assert set(units[2:]) == {"kWh"}
    long = {
        (unwrapped(row["EAN-code"]), row["Richting"], row["Van (UTC)"]): number(
            row[f"{name} volume"]
        )
        for row in rows
    }
    wide = {
        (str(code), str(direction), str(line[1])): exact(cell)
        for line in lines
        for code, direction, cell in zip(
            codes[2:], directions[2:], line[2:], strict=True
        )
    }
    assert wide == long
    for column, total in enumerate(totals[2:], 2):
        assert exact(total) == sum(exact(line[column]) for line in lines)


def test_the_first_column_is_a_real_moment_on_the_wall(
    workbook: CalamineWorkbook,
) -> None:
    for line in table(workbook, "Gemeten")[6:10]:
        start = datetime.fromisoformat(str(line[1])).astimezone(UTC)
        assert line[0] == start.astimezone(BRUSSELS).replace(tzinfo=None)


def test_quality_lists_exactly_the_rows_that_are_not_simply_read(
    workbook: CalamineWorkbook, rows: list[Row]
) -> None:
    listed = [
        (row[0], row[1], row[3], row[4]) for row in table(workbook, "Kwaliteit")[1:]
    ]
    unusual = [
        (
            unwrapped(row["EAN-code"]),
            row["Richting"],
            row["Validatiestatus"],
            row["Opmerking"],
        )
        for row in rows
        if row["Validatiestatus"] != "Uitgelezen"
    ]
    assert listed == unusual


def test_changes_are_the_difference_of_the_two_versions(
    workbook: CalamineWorkbook, october: Correction, rows: list[Row]
) -> None:
    assert october.replaces
    raw = b"".join(csv_pieces(october.replaces)).decode("utf-8-sig")
    before = sums(list(csv.DictReader(StringIO(raw), delimiter=";")))
    after = sums(rows)
    differences = {
        who: after[who][1] - before[who][1]
        for who in after
        if after[who][1] != before[who][1]
    }
    told: dict[Who, Decimal] = defaultdict(Decimal)
    for code, direction, day, old, new, more in table(workbook, "Wijzigingen")[1:]:
        assert isinstance(day, date)
        assert exact(new) - exact(old) == exact(more) != 0
        told[str(code), str(direction)] += exact(more)
    assert told == differences


def test_the_workbook_holds_no_formula_link_macro_or_hidden_sheet(xlsx: bytes) -> None:
    with ZipFile(BytesIO(xlsx)) as parts:
        names = parts.namelist()
        pages = [parts.read(name) for name in names if "worksheets/" in name]
        book = parts.read("xl/workbook.xml")
    assert not any("vba" in name or "external" in name for name in names)
    assert b'state="hidden"' not in book
    assert not any(b"<f>" in page or b"<hyperlink" in page for page in pages)


def test_codes_are_text_in_the_workbook(workbook: CalamineWorkbook) -> None:
    cells = [row[0] for row in table(workbook, "Deelnemers")[1:]]
    assert all(isinstance(cell, str) and Ean.parse(cell) for cell in cells)
