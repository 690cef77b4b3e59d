"""A strict reader of calendars: what RFC 5545 does not allow, it does not read."""

import re
from typing import NamedTuple

NAME = r"[A-Z0-9-]+"
PARAM = rf"{NAME}=[^;:,\"\x00-\x1f]+"
LINE = re.compile(rf"({NAME})((?:;{PARAM})*):([^\x00-\x08\x0a-\x1f\x7f]*)")
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
MOMENT, DAY = re.compile(r"\d{8}T\d{6}Z?"), re.compile(r"\d{8}")
OFFSET, DURATION = re.compile(r"[+-]\d{4}"), re.compile(r"P(?:\d+D)?(?:T\d+H)?")
URI = re.compile(r"https?://\S+")
VALUES = {
    "UID": TEXT, "SUMMARY": TEXT, "NAME": TEXT, "X-WR-CALNAME": TEXT, "PRODID": TEXT,
    "DTSTAMP": MOMENT, "LAST-MODIFIED": MOMENT, "URL": URI, "TZID": TEXT,
    "VERSION": re.compile(r"2\.0"), "CALSCALE": re.compile("GREGORIAN"),
    "CLASS": re.compile("PRIVATE"), "TRANSP": re.compile("TRANSPARENT"),
    "REFRESH-INTERVAL;VALUE=DURATION": DURATION, "X-PUBLISHED-TTL": DURATION,
    "DTSTART;VALUE=DATE": DAY, "DTEND;VALUE=DATE": DAY, "DTSTART": MOMENT,
    "TZOFFSETFROM": OFFSET, "TZOFFSETTO": OFFSET,
}  # fmt: skip
ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}


class Event(NamedTuple):
    """A day in the calendar: from, up to, what it says."""

    uid: str
    start: str
    end: str
    summary: str


class Component(NamedTuple):
    """What stands between BEGIN and END."""

    name: str
    values: dict[str, str]
    parts: list["Component"]


def events(calendar: bytes) -> list[Event]:
    """The events in their order; an assertion for anything out of order."""
    root = read(calendar)
    found = [part.values for part in root.parts if part.name == "VEVENT"]
    assert root.parts, "a calendar has at least one component"
    assert len({one["UID"] for one in found}) == len(found)
    return [
        Event(one["UID"], one["DTSTART"], one["DTEND"], one["SUMMARY"]) for one in found
    ]


def read(calendar: bytes) -> Component:
    """The one calendar in these bytes."""
    lines = unfolded(calendar)
    assert lines[0] == "BEGIN:VCALENDAR"
    root, rest = _component(lines)
    assert rest == []
    return root


def unfolded(calendar: bytes) -> list[str]:
    """Content lines; each of theirs ends in CRLF and has 75 bytes at most."""
    assert calendar.endswith(b"\r\n")
    physical = calendar[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and line for line in physical)
    assert not any(set(line) & set(b"\r\n") for line in physical)
    [line.decode() for line in physical]  # no sign was cut in two
    return b"\r\n".join(physical).replace(b"\r\n ", b"").decode().split("\r\n")


def _component(lines: list[str]) -> tuple[Component, list[str]]:
    name = lines[0].removeprefix("BEGIN:")
    found = Component(name, {}, [])
    lines = lines[1:]
    while lines[0] != f"END:{name}":
        if lines[0].startswith("BEGIN:"):
            part, lines = _component(lines)
            found.parts.append(part)
            continue
        key, value = _property(lines[0])
        assert key not in found.values, f"{key} twice"
        found.values[key] = value
        lines = lines[1:]
    assert found.values.keys() >= ONCE[name]
    return found, lines[1:]


def _property(line: str) -> tuple[str, str]:
    parsed = LINE.fullmatch(line)
    assert parsed, line
    name, params, value = parsed.groups()
    form = VALUES[f"{name}{params}"]
    assert form.fullmatch(value), line
    if form is TEXT:
        value = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
    return name, value
