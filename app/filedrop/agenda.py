"""Last days as a calendar that other programs read (RFC 5545), without a name in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MIMETYPE = "text/calendar"
LONGEST_LINE = 75  # bytes, its end not counted
ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
# a calendar has at least one component, also when nothing is about to go
NOTHING = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, kw_only=True)
class LastDay:
    """A day at whose end something goes; uid: the same each time it is told."""

    uid: str
    day: date
    summary: str
    url: str
    revised_at: datetime


def calendar(days: Sequence[LastDay], *, name: str) -> bytes:
    """All of it, each line ended and folded as the standard wants."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Energiepost//Direct bestanden//NL",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for day in days for line in _event(day)),
        *(() if days else NOTHING),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for folded in _folded(lines)).encode()


def _event(last: LastDay) -> Iterator[str]:
    revised = last.revised_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(last.uid)}"
    yield f"DTSTAMP:{revised}"
    yield f"LAST-MODIFIED:{revised}"
    yield f"DTSTART;VALUE=DATE:{last.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(last.summary)}"
    yield f"URL:{last.url}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because of it
    yield "END:VEVENT"


def _text(value: str) -> str:
    return value.replace("\r", "").translate(ESCAPED)


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """Lines of 75 bytes at most; what goes on begins with a blank."""
    for line in lines:
        piece = ""
        for sign in line:
            if len((piece + sign).encode()) > LONGEST_LINE:
                yield piece
                piece = " "
            piece += sign
        yield piece
