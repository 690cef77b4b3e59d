"""Periods of local days, and the quarter hours that really passed in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

from app.kernel.words import MONTHS

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from start up to, and not with, end; it may be empty."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("Een periode kan niet eindigen voor ze begint.")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __and__(self, other: Self) -> Self:
        """Keep the days in both; without any, an empty period at the later start."""
        start = max(self.start, other.start)
        return type(self)(start, max(start, min(self.end, other.end)))

    def __len__(self) -> int:
        return (self.end - self.start).days

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=day) for day in range(len(self)))

    def quarters(self, zone: tzinfo) -> Iterator[datetime]:
        """Each quarter's start in UTC: 96 a day, 92 or 100 when the clock changes."""
        # Python adds on the wall, where an hour may be missing; in UTC none ever is
        moment, end = _midnight(self.start, zone), _midnight(self.end, zone)
        while moment < end:
            yield moment
            moment += QUARTER


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year, as in the names of files: `2026-05`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        # the year after the last one would be needed to end its December
        if not (1 <= self.year < MAXYEAR and 1 <= self.number <= len(MONTHS)):
            raise ValueError("Deze maand staat niet op de kalender.")

    @classmethod
    def parse(cls, text: str) -> Self:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            raise ValueError("Een maand ziet eruit als 2026-05.")
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    def __add__(self, months: int) -> Self:
        years, index = divmod(self.number - 1 + months, len(MONTHS))
        return type(self)(self.year + years, index + 1)

    def __sub__(self, months: int) -> Self:
        return self + -months

    @property
    def period(self) -> Period:
        years, index = divmod(self.number, len(MONTHS))
        after = date(self.year + years, index + 1, 1)
        return Period(date(self.year, self.number, 1), after)

    @property
    def name_nl(self) -> str:
        """`september 2026`."""
        return f"{MONTHS[self.number - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
