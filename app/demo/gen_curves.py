"""Plausible load and sun, quarter by quarter, from nothing but a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import cos, pi, radians, sin
from random import Random
from zoneinfo import ZoneInfo

from app.demo.gen_community import Load, Site
from app.kernel.period import Month

BRUSSELS = ZoneInfo("Europe/Brussels")
LATITUDE, LONGITUDE = radians(51.05), 3.72  # Ghent
QUARTERS_AN_HOUR = 4
SYSTEM_YIELD = 0.8
SATURDAY = 5
SUMMER_HOLIDAYS = (7, 8)

# by hour of the local day; True is a busy day, False a quiet one
Watts = Sequence[int]
_WATTS: Mapping[tuple[Load, bool], Watts] = {
    (Load.HOME, True): (
        *(190, 170, 160, 150, 150, 170, 290, 520, 430, 310, 260, 270),
        *(340, 300, 260, 270, 340, 560, 840, 920, 780, 620, 430, 270),
    ),
    (Load.HOME, False): (
        *(220, 190, 170, 160, 150, 150, 180, 260, 420, 560, 580, 610),
        *(700, 560, 450, 420, 460, 600, 830, 900, 800, 660, 500, 330),
    ),
    (Load.SCHOOL, True): (
        *(1_100, 1_100, 1_100, 1_100, 1_100, 1_300, 2_800, 6_400, 9_200, 9_800),
        *(9_900, 9_600, 8_900, 9_400, 9_100, 7_800, 5_200, 3_600, 2_600, 1_900),
        *(1_500, 1_200, 1_100, 1_100),
    ),
    (Load.SCHOOL, False): (1_000,) * 24,
    (Load.SPORTS_HALL, True): (
        *(800, 800, 800, 800, 800, 800, 900, 1_400, 2_200, 2_600, 2_600, 2_600),
        *(2_400, 2_600, 2_800, 3_200, 4_600, 6_800, 8_400, 8_900, 8_600, 6_200),
        *(2_600, 1_000),
    ),
    (Load.SPORTS_HALL, False): (
        *(800, 800, 800, 800, 800, 800, 900, 1_800, 5_200, 6_900, 7_200, 6_800),
        *(5_900, 6_400, 6_900, 6_600, 5_400, 4_200, 3_400, 2_600, 1_900, 1_400),
        *(1_000, 800),
    ),
}


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter hour: when it starts, here and in UTC, and how strong the sun is."""

    start: datetime
    local: datetime
    light: float


@lru_cache(maxsize=4)
def quarters(month: Month) -> tuple[Quarter, ...]:
    """All quarters of the month, which are fewer in March and more in October."""
    starts = tuple(month.period.quarters(BRUSSELS))
    here = [start.astimezone(BRUSSELS) for start in starts]
    clear = {day: clearness(day) for day in month.period}
    return tuple(
        Quarter(start, local, sun(start) * clear[local.date()])
        for start, local in zip(starts, here, strict=True)
    )


def clearness(day: date) -> float:
    """How much of the sun the clouds let through: the same weather for everybody."""
    # no secret comes of it: the same day must always have the same weather
    return Random(f"weer/{day}").triangular(0.12, 1.0, 0.55)  # noqa: S311


def sun(start: datetime) -> float:
    """Give the sine of the sun's height over Ghent amid the quarter; 0 at night."""
    moment = start.astimezone(UTC) + timedelta(minutes=7.5)
    season = 2 * pi * (moment.timetuple().tm_yday + 10) / 365
    declination = radians(-23.44) * cos(season)
    hours = moment.hour + moment.minute / 60
    hour_angle = radians(15 * (hours - 12) + LONGITUDE)
    height = sin(LATITUDE) * sin(declination)
    height += cos(LATITUDE) * cos(declination) * cos(hour_angle)
    return max(0.0, height)


def net_load(site: Site, month: Month, *, seed: str) -> list[int]:
    """Watt-hours taken in each quarter; below zero they flow into the grid."""
    # no secret comes of it: the same site must always have the same month
    random = Random(f"{seed}/{month}/{site.reference}")  # noqa: S311
    return [
        round(
            _load(site, quarter.local) * random.lognormvariate(0, 0.22)
            - _yield(site, quarter.light) * random.uniform(0.9, 1.1)
        )
        for quarter in quarters(month)
    ]


def _load(site: Site, local: datetime) -> float:
    watts = _WATTS[site.load, _is_busy(site.load, local)][local.hour]
    return watts * site.percent / 100 * _season(local) / QUARTERS_AN_HOUR


def _is_busy(load: Load, local: datetime) -> bool:
    on_holiday = load is Load.SCHOOL and local.month in SUMMER_HOLIDAYS
    return local.weekday() < SATURDAY and not on_holiday


def _season(local: datetime) -> float:
    """Light and heat cost more in January than in July."""
    return 1 + 0.2 * cos(2 * pi * (local.month - 1) / 12)


def _yield(site: Site, light: float) -> float:
    return site.peak_watts * light * SYSTEM_YIELD / QUARTERS_AN_HOUR
