"""The long CSV of a correction and the manifest, in the dialect of Mijn Fluvius."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from app.demo.gen_community import Direction
from app.demo.gen_correction import USUAL, Correction, Series
from app.demo.gen_curves import BRUSSELS, Quarter
from app.kernel.ean import Ean
from app.kernel.period import QUARTER, Month

BOM = b"\xef\xbb\xbf"
CSV_COLUMNS = (
    "Gemeenschap-ID",
    "Periode",
    "Versie",
    "Van (datum)",
    "Van (tijdstip)",
    "Tot (datum)",
    "Tot (tijdstip)",
    "Van (UTC)",
    "EAN-code",
    "Richting",
    "Gemeten volume",
    "Beschikbaar volume",
    "Gedeeld volume",
    "Gecorrigeerd volume",
    "Eenheid",
    "Validatiestatus",
    "Opmerking",
)
MANIFEST_COLUMNS = (
    "Bestandsnaam",
    "Gemeenschap-ID",
    "Periode",
    "Versie",
    "Vervangt versie",
    "Reden",
    "SHA-256",
    "Grootte (bytes)",
    "Aantal EAN",
    "Aantal rijen",
    "Som gedeeld afname (kWh)",
    "Som gedeeld injectie (kWh)",
)


def file_stem(correction: Correction) -> str:
    """`CORR_2026-05_EG0001234_V01`: what identifies the file in itself."""
    community = correction.community.identifier
    return f"CORR_{correction.month}_{community}_V{correction.version:02}"


def file_name(correction: Correction, extension: str) -> str:
    """`CORR_2026-05_EG0001234_V01.csv`."""
    return f"{file_stem(correction)}.{extension}"


def manifest_name(month: Month, delivered_on: date) -> str:
    """`MANIFEST_2026-05_L20260625.csv`."""
    return f"MANIFEST_{month}_L{delivered_on:%Y%m%d}.csv"


def utc_text(moment: datetime) -> str:
    """`2026-05-01T10:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def csv_pieces(correction: Correction) -> Iterator[bytes]:
    """Yield the file one series at a time; nothing is held beyond that."""
    yield BOM + _line(CSV_COLUMNS)
    spans = [_span(quarter) for quarter in correction.quarters]
    head = f"{correction.community.identifier};{correction.month};{correction.version};"
    for series in correction.series:
        rows = (head + row for row in _rows(series, spans))
        yield "".join(rows).encode()


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest lists it."""

    correction: Correction
    name: str
    sha256: str
    size: int

    @classmethod
    def of(
        cls, correction: Correction, extension: str, pieces: Iterable[bytes]
    ) -> Self:
        digest, size = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
        name = file_name(correction, extension)
        return cls(correction, name, digest.hexdigest(), size)


def manifest_bytes(files: Iterable[Listed]) -> bytes:
    """List every file of a delivery with its sums, so that they can be checked."""
    lines = (_line(_manifest_row(file)) for file in files)
    return BOM + _line(MANIFEST_COLUMNS) + b"".join(lines)


def _line(fields: Sequence[str]) -> bytes:
    return (";".join(fields) + "\r\n").encode()


def _span(quarter: Quarter) -> str:
    until = (quarter.start + QUARTER).astimezone(BRUSSELS)
    local = ";".join(f"{at:%d-%m-%Y;%H:%M:%S}" for at in (quarter.local, until))
    return f"{local};{utc_text(quarter.start)}"


def _rows(series: Series, spans: Sequence[str]) -> Iterator[str]:
    who = f"{_as_text(series.participant.ean)};{series.participant.direction}"
    values = enumerate(zip(spans, series.values(), strict=True))
    for index, (span, (measured, offered, shared)) in values:
        note = series.notes.get(index, USUAL)
        volumes = (
            f"{_kwh(measured)};{'' if offered is None else _kwh(offered)};"
            f"{_kwh(shared)};{_kwh(measured - shared)}"
        )
        yield f"{span};{who};{volumes};kWh;{note.status};{note.remark}\r\n"


def _as_text(ean: Ean) -> str:
    # a formula that yields text: a spreadsheet would round 18 bare digits to 15
    return f'="{ean}"'


def _kwh(watt_hours: int) -> str:
    return f"{watt_hours // 1000},{watt_hours % 1000:03}"


def _manifest_row(file: Listed) -> Sequence[str]:
    correction = file.correction
    return (
        file.name,
        correction.community.identifier,
        str(correction.month),
        str(correction.version),
        str(correction.replaces.version) if correction.replaces else "",
        correction.reason,
        file.sha256,
        str(file.size),
        str(len({series.participant.ean for series in correction.series})),
        str(len(correction.series) * len(correction.quarters)),
        *(_kwh(correction.shared[direction]) for direction in Direction),
    )
