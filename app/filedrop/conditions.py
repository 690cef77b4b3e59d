"""Whether bytes go over the line, and which: preconditions and ranges of RFC 9110."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from flask import Request

from app.filedrop.rules import Range, merged

MOST_RANGES = 8
RANGES = re.compile(r"bytes=(.+)", re.ASCII | re.IGNORECASE)
ONE = re.compile(r"(\d{1,19})-(\d{0,19})|-(\d{1,19})", re.ASCII)


class Plan(NamedTuple):
    """The status of an answer, and the half-open parts that it brings."""

    status: HTTPStatus
    parts: Sequence[Range] = ()

    @property
    def is_part(self) -> bool:
        return self.status == HTTPStatus.PARTIAL_CONTENT


def plan(request: Request, *, size: int, tag: str) -> Plan:
    """200, 206, 304, 412 or 416, in the order of RFC 9110, section 13.2.2.

    There is no date of modification: conditions on one count as absent.
    """
    if request.if_match and not request.if_match.contains(tag):
        return Plan(HTTPStatus.PRECONDITION_FAILED)
    if request.if_none_match.contains_weak(tag):
        return Plan(HTTPStatus.NOT_MODIFIED)
    parts = _asked(request, size, tag)
    if parts is None:
        return Plan(HTTPStatus.OK, [(0, size)])
    if not parts:
        return Plan(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    return Plan(HTTPStatus.PARTIAL_CONTENT, parts)


def _asked(request: Request, size: int, tag: str) -> list[Range] | None:
    """The ranges that can be had, maybe none; None where all is meant."""
    if request.method != "GET":  # ranges are defined for GET alone
        return None
    header = RANGES.fullmatch(request.headers.get("Range", "").strip())
    if header is None or request.headers.get("If-Range", f'"{tag}"') != f'"{tag}"':
        return None
    given = [one.strip() for one in header[1].split(",")]
    found = [ONE.fullmatch(one) for one in given if one]  # empty ones are no fault
    spans = [_span(one, size) for one in found if one]
    if not found or len(found) > MOST_RANGES or None in (*found, *spans):
        return None
    return _apart([span for span in spans if span and span[0] < span[1]])


def _span(one: re.Match[str], size: int) -> Range | None:
    """`a-b`, `a-` or `-n`, half-open, empty past the end; None if upside down."""
    first, last, suffix = one.groups()
    if suffix:
        return max(size - int(suffix), 0), size
    start, stop = int(first), int(last) + 1 if last else size
    if last and stop <= start:
        return None
    return start, min(stop, size)


def _apart(spans: list[Range]) -> list[Range]:
    """In the order asked; those that overlap or touch as one, and then in theirs."""
    union = merged(spans)
    return spans if len(union) == len(spans) else union
