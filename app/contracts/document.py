"""The contract as a PDF to sign: the operator's standard text, with these values."""

import logging
import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from app.contracts.rules import Channel
from app.contracts.service import Contract
from app.contracts.texts import CHANNELS
from app.kernel.errors import Busy
from app.kernel.words import schuin
from app.press import Unprintable, pdf

OURS = "contracts/contract.typ"
VERSION = re.compile(r"//\s*versie:\s*([\w.-]{1,32})\s*", re.ASCII)
SHORT = 12
AGAIN = 900
NO_PAPER = "We kunnen je contract nu niet maken. Aan je aanvraag verandert er niets."

log = logging.getLogger("energiepost.contracts")


def made(
    template: Path,
    contract: Contract,
    channel: Channel,
    *,
    operator: str,
    zone: ZoneInfo,
    at: datetime,
) -> bytes:
    """The same contract at the same moment is the same bytes."""
    card = contract.organisation
    said = {
        "number": contract.number,
        "day": schuin(zone, at),
        "channel": str(CHANNELS[channel]),
        "replaces": contract.replaces or "",
        "operator": operator,
        "name": card.name,
        "kbo": card.kbo.spaced,
        "address": card.address or "–",
    }
    try:
        return pdf(template, said, at=at)
    except Unprintable as refused:
        log.error("ALARM CONTRACT_TEMPLATE: typst makes no accessible PDF of it")  # noqa: TRY400 - what it complains of may be a name
        raise Busy(NO_PAPER, after=AGAIN) from refused


def version_of(template: Path) -> str:
    """What the first line calls it, `// versie: 2026-1`; else a sign of its bytes."""
    content = template.read_bytes()
    first = content.partition(b"\n")[0].decode("utf-8", "replace")
    named = VERSION.fullmatch(first)
    return named[1] if named else sha256(content).hexdigest()[:SHORT]
