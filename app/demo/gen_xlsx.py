"""The wide XLSX of a correction: the numbers of the CSV, for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.demo.gen_community import HUNDRED_PERCENT, Direction
from app.demo.gen_correction import Correction, Series, Status
from app.demo.gen_csv import file_stem, utc_text
from app.demo.gen_curves import SATURDAY, Quarter
from app.demo.gen_guide import GUIDE

Cell = str | int | float | date | None
Row = Sequence[Cell]

DAY_TARIFF = range(7, 22)
KWH = 1000
# a cell says what it says: no text of ours may turn into a formula or a link
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS: Mapping[type, Mapping[str, str | bool]] = {
    str: {},
    int: {"num_format": "0"},
    float: {"num_format": "#,##0.000"},
    date: {"num_format": "dd-mm-yyyy"},
    datetime: {"num_format": "dd-mm-yyyy hh:mm"},
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before it is written; the first headings rows stay in view."""

    name: str
    rows: Iterable[Row]
    widths: Sequence[int]
    headings: int = 1
    frozen_columns: int = 0


def xlsx_bytes(correction: Correction) -> bytes:
    """Write all sheets; the same correction gives the same bytes."""
    target = BytesIO()
    with Workbook(target, OPTIONS) as workbook:
        workbook.set_properties(_properties(correction))
        heading = workbook.add_format({"bold": True})
        formats = {kind: workbook.add_format(look) for kind, look in FORMATS.items()}
        for sheet in _sheets(correction):
            _write(workbook.add_worksheet(sheet.name), sheet, heading, formats)
    return target.getvalue()


def _properties(correction: Correction) -> Mapping[str, str | datetime]:
    # left alone, the library would write down the time of making
    created = datetime.combine(correction.calculated_on, time(6))
    return {"title": file_stem(correction), "created": created}


def _write(
    page: Worksheet, sheet: Sheet, heading: Format, formats: Mapping[type, Format]
) -> None:
    page.freeze_panes(sheet.headings, sheet.frozen_columns)
    # 18 digits as text are meant, so no green corners in every cell
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    for index, row in enumerate(sheet.rows):
        looks = {**formats, str: heading} if index < sheet.headings else formats
        for column, cell in enumerate(row):
            _put(page, (index, column), cell, looks)


def _put(
    page: Worksheet, at: tuple[int, int], cell: Cell, looks: Mapping[type, Format]
) -> None:
    match cell:
        case None:
            pass
        case str():
            page.write_string(*at, cell, looks[str])
        case date():
            page.write_datetime(*at, cell, looks[type(cell)])
        case _:
            page.write_number(*at, cell, looks[type(cell)])


def _sheets(correction: Correction) -> Iterator[Sheet]:
    yield Sheet("Overzicht", _overview(correction), (26, 44), 0, 1)
    yield Sheet("Deelnemers", _participants(correction), (22, *[14] * 15), 1, 1)
    columns = (18, 22, *[21] * len(correction.series))
    measured = [series.measured for series in correction.series]
    shared = [series.shared for series in correction.series]
    corrected = [series.corrected for series in correction.series]
    yield Sheet("Gemeten", _wide(correction, measured), columns, 5, 2)
    yield Sheet("Gedeeld", _wide(correction, shared), columns, 5, 2)
    yield Sheet("Gecorrigeerd", _wide(correction, corrected), columns, 5, 2)
    yield Sheet("Kwaliteit", _quality(correction), (22, 12, 18, 16, 28))
    if earlier := correction.replaces:
        yield Sheet("Wijzigingen", _changes(correction, earlier), (22, *[14] * 5))
    guide = (("Begrip", "Betekenis"), *GUIDE.items())
    yield Sheet("Leeswijzer", guide, (28, 100))


def _overview(correction: Correction) -> Iterator[Row]:
    days, community = correction.month.period, correction.community
    replaced = correction.replaces
    yield "Gemeenschap-ID", community.identifier
    yield "Naam gemeenschap", community.name
    yield "Periode", str(correction.month)
    yield "Versie", correction.version
    yield "Vervangt versie", replaced.version if replaced else None
    yield "Reden", correction.reason
    yield "Sleuteltype", community.key
    yield "Berekend op", correction.calculated_on
    yield "Van", days.start
    yield "Tot", days.end
    yield "Aantal deelnemers", len({one.site for one in community.participants})
    yield "Aantal kwartieren", len(correction.quarters)
    for direction, shared in correction.shared.items():
        yield f"Totaal gedeeld {direction.lower()} (kWh)", shared / KWH
    yield "Volledigheid (%)", _completeness(correction.series)
    yield "Bestands-ID", file_stem(correction)


def _completeness(series: Iterable[Series]) -> float:
    expected = present = 0
    for one in series:
        expected += len(one.measured)
        present += one.present
    return round(100 * present / expected, 3)


PARTICIPANT_COLUMNS = (
    "EAN-code",
    "Referentie beheerder",
    "Richting",
    "Metertype",
    "Actief van",
    "Actief tot",
    "Sleutel (%)",
    "Gemeten (kWh)",
    "Gedeeld (kWh)",
    "Gecorrigeerd (kWh)",
    "Waarvan dag",
    "Waarvan nacht",
    "Kwartieren verwacht",
    "Kwartieren aanwezig",
    "Kwartieren geschat",
    "Volledig (Ja/Nee)",
)


def _participants(correction: Correction) -> Iterator[Row]:
    yield PARTICIPANT_COLUMNS
    by_day = [_is_day_tariff(quarter) for quarter in correction.quarters]
    for series in correction.series:
        yield (*_who(series), *_sums(series, by_day), *_counts(series))


def _who(series: Series) -> Row:
    one = series.participant
    takes = one.direction is Direction.OFFTAKE
    share = one.weight * 100 / HUNDRED_PERCENT if takes else None
    return (
        str(one.ean),
        one.site.reference,
        one.direction,
        one.meter,
        one.since,
        None,
        share,
    )


def _sums(series: Series, by_day: Iterable[bool]) -> Row:
    measured, corrected = sum(series.measured), series.corrected
    in_day = sum(
        energy for energy, is_day in zip(corrected, by_day, strict=True) if is_day
    )
    parts = (measured, sum(series.shared), sum(corrected), in_day)
    return [energy / KWH for energy in (*parts, sum(corrected) - in_day)]


def _counts(series: Series) -> Row:
    expected, present = len(series.measured), series.present
    is_complete = "Ja" if present == expected else "Nee"
    return expected, present, series.count(Status.ESTIMATED), is_complete


def _is_day_tariff(quarter: Quarter) -> bool:
    return quarter.local.weekday() < SATURDAY and quarter.local.hour in DAY_TARIFF


def _wide(correction: Correction, values: Sequence[Sequence[int]]) -> Iterator[Row]:
    participants = [series.participant for series in correction.series]
    yield ("EAN-code", None, *(str(one.ean) for one in participants))
    yield ("Richting", None, *(one.direction for one in participants))
    yield ("Eenheid", None, *("kWh" for _ in participants))
    yield ("Som", None, *(sum(column) / KWH for column in values))
    yield "Van (lokaal)", "Van (UTC)"
    for quarter, *energies in zip(correction.quarters, *values, strict=True):
        moment = _wall_clock(quarter)
        yield moment, utc_text(quarter.start), *(one / KWH for one in energies)


def _wall_clock(quarter: Quarter) -> datetime:
    # a spreadsheet knows no zones; the column of UTC tells October's hours apart
    return quarter.local.replace(tzinfo=None)


def _quality(correction: Correction) -> Iterator[Row]:
    yield "EAN-code", "Richting", "Van", "Status", "Reden"
    for series in correction.series:
        ean, direction = str(series.participant.ean), series.participant.direction
        for index, note in sorted(series.notes.items()):
            if note.status is not Status.READ:
                moment = _wall_clock(correction.quarters[index])
                yield ean, direction, moment, note.status, note.remark


def _changes(correction: Correction, earlier: Correction) -> Iterator[Row]:
    yield "EAN-code", "Richting", "Datum", "Gedeeld oud", "Gedeeld nieuw", "Verschil"
    for new, old in zip(correction.series, earlier.series, strict=True):
        ean, direction = str(new.participant.ean), new.participant.direction
        pairs = zip(correction.quarters, old.shared, new.shared, strict=True)
        for day, group in groupby(pairs, key=lambda pair: pair[0].local.date()):
            _, old_day, new_day = zip(*group, strict=True)
            was, now = sum(old_day), sum(new_day)
            if was != now:
                energies = (was / KWH, now / KWH, (now - was) / KWH)
                yield ean, direction, day, *energies
