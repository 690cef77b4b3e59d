"""The page of receipts, read as a manager reads it."""

import re
from html import unescape
from typing import NamedTuple

from tests.inbox import ROW, html
from tests.visitor import Visitor

CELL = re.compile(r"<t[dh][ >].*?</t[dh]>", re.DOTALL)
HIDDEN = re.compile(r'<span class="(?:lbl|meta|vh)">.*?</span>')
TAG = re.compile(r"<[^>]+>")
PAPER = re.compile(r'href="(/ontvangstbewijzen/[\w-]{22}\.(?:pdf|json))"')


class Receipt(NamedTuple):
    """A line of the list, in its words."""

    day: str
    file: str
    version: str
    by: str
    sha256: str


def receipts(visitor: Visitor, query: str = "") -> list[Receipt]:
    """The lines of the list, in their order."""
    assert visitor.open(f"/ontvangstbewijzen{query}").status_code == 200
    rows = [CELL.findall(row) for row in ROW.findall(html(visitor))]
    return [Receipt(*map(_said, row[:5])) for row in rows if "<td" in row[0]]


def links(visitor: Visitor) -> list[str]:
    """Where the open page leads to receipts on paper and for machines."""
    return PAPER.findall(html(visitor))


def _said(cell: str) -> str:
    return unescape(TAG.sub("", HIDDEN.sub("", cell))).strip()
