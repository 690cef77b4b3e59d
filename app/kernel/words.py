"""How we write dates, sizes and names, in pages and letters alike."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
MEGABYTE = 1_000_000
SMALLEST = MEGABYTE // 100


def local_date(moment: date, zone: ZoneInfo) -> date:
    """The day of a moment on the wall of that zone; a date is one already."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def datum(zone: ZoneInfo, moment: date) -> str:
    """`6-11-2018`, as seed 003 writes it."""
    day = local_date(moment, zone)
    return f"{day.day}-{day.month}-{day.year}"


def schuin(zone: ZoneInfo, moment: date) -> str:
    """`06/11/2018`, as Mijn Fluvius writes it."""
    return local_date(moment, zone).strftime("%d/%m/%Y")


def uur(zone: ZoneInfo, moment: datetime) -> str:
    """`9.14`, to stand before the word uur."""
    there = moment.astimezone(zone)
    return f"{there.hour}.{there.minute:02}"


def to_the_second(zone: ZoneInfo, moment: datetime) -> str:
    """`9.14.05`, to stand before the word uur where it proves something."""
    return f"{uur(zone, moment)}.{moment.second:02}"


def stip(zone: ZoneInfo, moment: datetime) -> str:
    """`09:14:05,123`, where the order of two moments matters."""
    return moment.astimezone(zone).strftime("%H:%M:%S,") + f"{moment:%f}"[:3]


def isodate(zone: ZoneInfo, moment: date) -> str:
    """`2018-11-06`, for machines."""
    return local_date(moment, zone).isoformat()


def thousands(number: int) -> str:
    """`1.551.204`: as many as there are, told exactly."""
    return f"{number:,}".replace(",", ".")


def megabytes(size: int) -> str:
    """`1,48 MB`; less than a hundredth says so, for 0,00 would look empty."""
    if 0 < size < SMALLEST:
        return "minder dan 0,01 MB"
    whole, rest = divmod(round(size / SMALLEST), 100)
    return f"{thousands(whole)},{rest:02} MB"


def masked_email(address: str) -> str:
    """`a…@example.be`: enough to recognise, too little to use."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def phone_tail(mobile: str) -> str:
    """The last two digits, by which the owner knows the phone."""
    return mobile[-2:]


def filters(zone: ZoneInfo) -> Mapping[str, Callable[[Any], str]]:
    """The one table of filters, for Flask's templates and for the letters'."""
    return {
        "datum": partial(datum, zone),
        "schuin": partial(schuin, zone),
        "uur": partial(uur, zone),
        "stip": partial(stip, zone),
        "isodate": partial(isodate, zone),
        "megabytes": megabytes,
        "thousands": thousands,
    }
