"""The CSV and its manifest as somebody else would read them."""

import csv
import hashlib
import re
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.demo.generator import (
    Community,
    Correction,
    Listed,
    correction,
    csv_pieces,
    file_name,
    manifest_bytes,
    manifest_name,
    xlsx_bytes,
)
from app.kernel.period import Month
from tests.app.demo.reading import VOLUMES, Row, number, sums

BRUSSELS = ZoneInfo("Europe/Brussels")


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
    october: Correction, content: bytes, xlsx: bytes
) -> None:
    again = correction(october.community, october.month, october.version)
    assert b"".join(csv_pieces(again)) == content
    assert xlsx_bytes(again) == xlsx


def test_the_csv_comes_one_series_at_a_time(october: Correction) -> None:
    pieces = list(csv_pieces(october))
    assert [piece.count(b"\r\n") for piece in pieces] == [1, *[2980] * 7]


def test_the_manifest_tells_digest_size_rows_and_sums(
    october: Correction, content: bytes, xlsx: bytes, rows: list[Row]
) -> None:
    first = october.replaces
    assert first
    raw = manifest_bytes(
        [
            Listed.of(october, "csv", csv_pieces(october)),
            Listed.of(october, "xlsx", [xlsx]),
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
        "Reden": "metercorrectie",
        "SHA-256": hashlib.sha256(content).hexdigest(),
        "Grootte (bytes)": str(len(content)),
        "Aantal EAN": "6",
        "Aantal rijen": str(len(rows)),
        "Som gedeeld afname (kWh)": str(shared).replace(".", ","),
        "Som gedeeld injectie (kWh)": str(shared).replace(".", ","),
    }
    assert wide["Grootte (bytes)"] == str(len(xlsx))
    assert (old["Vervangt versie"], old["Reden"]) == ("", "")
