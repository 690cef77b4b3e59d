"""One correction file of the demo, read by everybody."""

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from app.demo.generator import (
    Community,
    Correction,
    correction,
    csv_pieces,
    invent_community,
    xlsx_bytes,
)
from app.kernel.period import Month
from tests.app.demo.reading import Row


@pytest.fixture(scope="session")
def group() -> Community:
    return invent_community("EG0001234", "Zonnedelen Gentbrugge cv", seed=5)


@pytest.fixture(scope="session")
def october(group: Community) -> Correction:
    return correction(group, Month(2026, 10), 2)


@pytest.fixture(scope="session")
def content(october: Correction) -> bytes:
    return b"".join(csv_pieces(october))


@pytest.fixture(scope="session")
def rows(content: bytes) -> list[Row]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture(scope="session")
def xlsx(october: Correction) -> bytes:
    return xlsx_bytes(october)


@pytest.fixture(scope="session")
def workbook(xlsx: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(xlsx))
