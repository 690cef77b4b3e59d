"""The QR code of a plan: the very modules, drawn as one path."""

import re

import segno

from app.contracts.plan import QUIET_ZONE, qr_of

URL = "https://mijn.example/verbruik/dienstverlener/0123456749"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def test_each_dark_module_is_drawn_and_no_other() -> None:
    qr = qr_of(URL)
    drawn = {
        (x, int(y))
        for start, y, width in RUN.findall(qr.path)
        for x in range(int(start), int(start) + int(width))
    }
    rows = segno.make(URL, error="m", micro=False).matrix_iter(border=QUIET_ZONE)
    dark = {
        (x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    }
    assert RUN.sub("", qr.path) == ""
    assert drawn == dark


def test_the_code_has_its_quiet_zone() -> None:
    qr = qr_of(URL)
    starts = [int(x) for x, _, _ in RUN.findall(qr.path)]
    assert min(starts) == QUIET_ZONE
    assert qr.size == len(segno.make(URL, error="m").matrix) + 2 * QUIET_ZONE
