"""The files as somebody else would read them: CSV, workbook and manifest agree."""

import csv
import hashlib
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import pairwise
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from app.demo.generator import (
    Community,
    Correction,
    Listed,
    correction,
    csv_pieces,
    file_name,
    invent_community,
    manifest_bytes,
    manifest_name,
    xlsx_bytes,
)
from app.kernel.ean import Ean
from app.kernel.period import Month

BRUSSELS = ZoneInfo("Europe/Brussels")
VOLUMES = ("Gemeten", "Gedeeld", "Gecorrigeerd")
Who = tuple[str, str]
Row = dict[str, str]


@pytest.fixture(scope="module")
def group() -> Community:
    return invent_community("EG0001234", "Zonnedelen Gentbrugge cv", seed=5)


@pytest.fixture(scope="module")
def october(group: Community) -> Correction:
    return correction(group, Month(2026, 10), 2)


@pytest.fixture(scope="module")
def content(october: Correction) -> bytes:
    return b"".join(csv_pieces(october))


@pytest.fixture(scope="module")
def rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture(scope="module")
def workbook(october: Correction) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(xlsx_bytes(october)))


def number(text: str) -> Decimal:
    assert re.fullmatch(r"[0-9]+,[0-9]{3}", text)
    return Decimal(text.replace(",", "."))


def unwrapped(cell: str) -> str:
    match = re.fullmatch(r'="([0-9]{18})"', cell)
    assert match
    return str(Ean.parse(match[1]))


def sums(rows: list[Row]) -> dict[Who, list[Decimal]]:
    totals: dict[Who, list[Decimal]] = defaultdict(lambda: [Decimal()] * 3)
    for row in rows:
        who = unwrapped(row["EAN-code"]), row["Richting"]
        volumes = [number(row[f"{name} volume"]) for name in VOLUMES]
        totals[who] = [old + new for old, new in zip(totals[who], volumes, strict=True)]
    return totals


def table(workbook: CalamineWorkbook, name: str) -> list[list[object]]:
    return [list(row) for row in workbook.get_sheet_by_name(name).to_python()]


def labelled(workbook: CalamineWorkbook) -> dict[object, object]:
    return {row[0]: row[1] for row in table(workbook, "Overzicht")}


def exact(cell: object) -> Decimal:
    assert isinstance(cell, float)
    return Decimal(f"{cell:.3f}")


def test_names_are_those_that_parsers_find_the_month_in(group: Community) -> None:
    file = correction(group, Month(2026, 5))
    assert file_name(file, "csv") == "CORR_2026-05_EG0001234_V01.csv"
    second = correction(group, Month(2026, 5), 2)
    assert file_name(second, "xlsx") == "CORR_2026-05_EG0001234_V02.xlsx"
    name = manifest_name(Month(2026, 5), date(2026, 6, 25))
    assert name == "MANIFEST_2026-05_L20260625.csv"


def test_the_csv_speaks_the_dialect_of_mijn_fluvius(content: bytes) -> None:
    assert content.startswith(b"\xef\xbb\xbfGemeenschap-ID;Periode;Versie;Van (datum);")
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert {line.count(b";") for line in lines} == {16}
    assert re.fullmatch(
        rb"EG0001234;2026-10;2;01-10-2026;00:00:00;01-10-2026;00:15:00;"
        rb'2026-09-30T22:00:00Z;="5414499[0-9]{11}";Afname;0,[0-9]{3};0,000;0,000;'
        rb"0,[0-9]{3};kWh;Uitgelezen;",
        lines[1],
    )


def test_every_row_names_the_community_the_period_and_the_unit(rows: list[Row]) -> None:
    columns = ("Gemeenschap-ID", "Periode", "Versie", "Eenheid")
    said = {tuple(row[column] for column in columns) for row in rows}
    assert said == {("EG0001234", "2026-10", "2", "kWh")}


def test_each_row_subtracts_and_each_quarter_balances(rows: list[Row]) -> None:
    balance: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        measured, shared, rest = (number(row[f"{name} volume"]) for name in VOLUMES)
        assert rest == measured - shared >= 0
        if row["Richting"] == "Afname":
            assert shared == min(measured, number(row["Beschikbaar volume"]))
            balance[row["Van (UTC)"]] += shared
        else:
            assert row["Beschikbaar volume"] == ""
            balance[row["Van (UTC)"]] -= shared
    assert set(balance.values()) == {0}


def test_local_times_and_utc_agree_also_in_the_doubled_hour(rows: list[Row]) -> None:
    for row in rows:
        start = datetime.fromisoformat(row["Van (UTC)"])
        local = start.astimezone(BRUSSELS)
        assert f"{local:%d-%m-%Y}" == row["Van (datum)"]
        assert f"{local:%H:%M:%S}" == row["Van (tijdstip)"]
    doubled = [
        row["Van (UTC)"]
        for row in rows
        if (row["Van (datum)"], row["Van (tijdstip)"]) == ("25-10-2026", "02:30:00")
    ]
    assert set(doubled) == {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"}


def test_a_quarter_ends_where_the_next_one_starts(rows: list[Row]) -> None:
    first = rows[:2980]
    assert len({row["EAN-code"] for row in first}) == 1
    for row, following in pairwise(first):
        assert row["Tot (datum)"] == following["Van (datum)"]
        assert row["Tot (tijdstip)"] == following["Van (tijdstip)"]
    assert (first[-1]["Tot (datum)"], first[-1]["Tot (tijdstip)"]) == (
        "01-11-2026",
        "00:00:00",
    )


def test_rows_come_by_code_by_direction_and_by_time(rows: list[Row]) -> None:
    order = [(row["EAN-code"], row["Richting"], row["Van (UTC)"]) for row in rows]
    assert order == sorted(order)
    assert len(set(order)) == 7 * 2980


def test_estimates_and_recalculations_show(rows: list[Row]) -> None:
    statuses = {row["Validatiestatus"] for row in rows}
    assert statuses == {"Uitgelezen", "Gevalideerd", "Geschat", "Geen verbruik"}
    assert "Herberekend" in {row["Opmerking"] for row in rows}


def test_files_are_the_same_byte_for_byte_each_time(
    october: Correction, content: bytes
) -> None:
    again = correction(october.community, october.month, october.version)
    assert b"".join(csv_pieces(again)) == content
    assert xlsx_bytes(again) == xlsx_bytes(october)


def test_the_csv_comes_one_series_at_a_time(october: Correction) -> None:
    pieces = list(csv_pieces(october))
    assert [piece.count(b"\r\n") for piece in pieces] == [1, *[2980] * 7]


def test_the_manifest_tells_digest_size_rows_and_sums(
    october: Correction, content: bytes, rows: list[Row]
) -> None:
    workbook = xlsx_bytes(october)
    first = october.replaces
    assert first
    raw = manifest_bytes(
        [
            Listed.of(october, "csv", csv_pieces(october)),
            Listed.of(october, "xlsx", [workbook]),
            Listed.of(first, "csv", csv_pieces(first)),
        ]
    )
    reader = csv.DictReader(StringIO(raw.decode("utf-8-sig")), delimiter=";")
    long, wide, old = reader
    shared = sum(
        volumes[1] for who, volumes in sums(rows).items() if who[1] == "Afname"
    )
    assert long == {
        "Bestandsnaam": "CORR_2026-10_EG0001234_V02.csv",
        "Gemeenschap-ID": "EG0001234",
        "Periode": "2026-10",
        "Versie": "2",
        "Vervangt versie": "1",
        "Reden": "Metercorrectie",
        "SHA-256": hashlib.sha256(content).hexdigest(),
        "Grootte (bytes)": str(len(content)),
        "Aantal EAN": "6",
        "Aantal rijen": str(len(rows)),
        "Som gedeeld afname (kWh)": str(shared).replace(".", ","),
        "Som gedeeld injectie (kWh)": str(shared).replace(".", ","),
    }
    assert wide["Grootte (bytes)"] == str(len(workbook))
    assert (old["Vervangt versie"], old["Reden"]) == ("", "")


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


def test_the_workbook_holds_no_formula_link_macro_or_hidden_sheet(
    october: Correction,
) -> None:
    with ZipFile(BytesIO(xlsx_bytes(october))) as parts:
        names = parts.namelist()
        pages = [parts.read(name) for name in names if "worksheets/" in name]
        book = parts.read("xl/workbook.xml")
    assert not any("vba" in name or "external" in name for name in names)
    assert b'state="hidden"' not in book
    assert not any(b"<f>" in page or b"<hyperlink" in page for page in pages)


def test_codes_are_text_in_the_workbook(workbook: CalamineWorkbook) -> None:
    cells = [row[0] for row in table(workbook, "Deelnemers")[1:]]
    assert all(isinstance(cell, str) and Ean.parse(cell) for cell in cells)
