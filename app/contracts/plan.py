"""A provider's plan in steps: where a customer goes, by link and by QR code."""

from dataclasses import dataclass
from itertools import groupby

import segno

from app.contracts.service_public import PublicProvider

QUIET_ZONE = 4


@dataclass(frozen=True)
class Qr:
    """A code as a page draws it: so many modules wide, and the path of the dark."""

    size: int
    path: str


@dataclass(frozen=True)
class Plan:
    """What a plan says of one provider."""

    provider: PublicProvider
    url: str
    short: str
    qr: Qr


def plan_of(provider: PublicProvider, *, base_url: str) -> Plan:
    url = f"{base_url}/verbruik/dienstverlener/{provider.kbo}"
    return Plan(provider, url, f"{base_url}/s/{provider.code}", qr_of(url))


def qr_of(url: str) -> Qr:
    """A code that still reads when a seventh of it is smudged."""
    made = segno.make(url, error="m", micro=False)
    rows = [bytes(row) for row in made.matrix_iter(border=QUIET_ZONE)]
    drawn = "".join(_dark(row, y) for y, row in enumerate(rows))
    return Qr(len(rows), drawn)


def _dark(row: bytes, y: int) -> str:
    """The dark stretches of one row."""
    path, x = "", 0
    for module, stretch in groupby(row):
        width = len(list(stretch))
        if module:
            path += f"M{x} {y}h{width}v1h-{width}z"
        x += width
    return path
