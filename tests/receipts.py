"""Receipts: the page as a manager reads it, the record as an auditor checks it."""

import json
import re
import subprocess
import sys
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import NamedTuple

from tests.inbox import ROW, html
from tests.visitor import SITE, Visitor

GUIDE = Path(__file__).parents[1] / "docs" / "receipts.md"
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


def cut(visitor: Visitor, link: str, at: int, had: int = 0) -> bytes:
    """What came of the rest before the line broke, at that byte of the file."""
    headers = {"Range": f"bytes={had}-"} if had else {}
    got = b""
    with closing(visitor.client.get(link, base_url=SITE, headers=headers)) as answer:
        for piece in answer.iter_encoded():
            got += piece
            if had + len(got) >= at:
                break
    return got[: at - had]


def checked(folder: Path, document: object, key: object) -> str | None:
    """What the script of the page says of it; nothing when it refuses."""
    paths = []
    for name, content in (("receipt.json", document), ("key.json", key)):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
        paths.append(str(folder / name))
    script = GUIDE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    done = subprocess.run(
        [sys.executable, "-c", script, *paths],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return None if done.returncode else done.stdout.strip()


def _said(cell: str) -> str:
    return unescape(TAG.sub("", HIDDEN.sub("", cell))).strip()
