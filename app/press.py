"""Papers set by typst: tagged (PDF/UA-1), and for the archive (PDF/A-3)."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from unicodedata import category

from app.kernel.errors import Busy

PRESS = Path(__file__).with_name("press_child.py")
SECONDS, RETRY_SECONDS = 20, 30
NO_SIGN = {"Cc", "Cf", "Cn", "Co", "Cs"}
# what the fonts that come with typst have; PDF/A refuses a page that lacks a sign
PRINTED = (
    (0x20, 0x7E),
    (0xA0, 0x484),
    (0x487, 0x4FF),
    (0x1E00, 0x1FFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x20A0, 0x20BF),
    (0x2190, 0x22FF),
)
_one_at_a_time = Lock()


class Unprintable(Exception):
    """The template is not there, is none, or does not comply with what we promise."""


def pdf(
    template: Path,
    said: Mapping[str, object],
    attachment: bytes = b"",
    *,
    at: datetime,
    within: float = SECONDS,
) -> bytes:
    """The same words are the same bytes; at: the moment that they tell of."""
    order = {
        "template": str(template),
        "said": json.loads(printable(json.dumps(said, ensure_ascii=False))),
        "attachment": attachment.decode(),
        "timestamp": int(at.timestamp()),
    }
    # typst would keep 30 MB and more of a worker that has to hand over files
    command = [sys.executable, "-I", "-B", str(PRESS)]
    try:
        with _one_at_a_time:
            done = subprocess.run(  # noqa: S603 - our own file
                command,
                input=json.dumps(order).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what it complains of may be a name
                env={},  # no secret of ours
                timeout=within,
                check=True,
            )
    except subprocess.CalledProcessError as refused:
        raise Unprintable(template.name) from refused
    except subprocess.TimeoutExpired as slow:
        raise Busy(after=RETRY_SECONDS) from slow
    return done.stdout


def printable(text: str) -> str:
    """The text; a sign that no font of ours has is told by its number: `[U+1F50C]`."""
    return "".join(c if _is_printed(c) else f"[U+{ord(c):04X}]" for c in text)


def _is_printed(sign: str) -> bool:
    has = any(first <= ord(sign) <= last for first, last in PRINTED)
    return has and category(sign) not in NO_SIGN
