"""A picture of a page in at most 256 colours: a third of the bytes, the same to see."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"
INDEXED, DEPTH = 3, 8
SCRIPT = Path(__file__).with_name("palette.js")


def reduced(page: Page, png: bytes) -> bytes:
    """The same picture, its colours counted by the browser that took it."""
    script = SCRIPT.read_text(encoding="utf-8")
    seen = page.evaluate(script, base64.b64encode(png).decode())
    width, height = seen["width"], seen["height"]
    pixels = base64.b64decode(seen["pixels"])
    rows = (pixels[at : at + width] for at in range(0, len(pixels), width))
    unfiltered = b"".join(b"\0" + row for row in rows)
    return SIGNATURE + b"".join(
        (
            _chunk(
                b"IHDR", struct.pack(">2I5B", width, height, DEPTH, INDEXED, 0, 0, 0)
            ),
            _chunk(b"PLTE", bytes(seen["palette"])),
            _chunk(b"IDAT", zlib.compress(unfiltered, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
