"""Check a copy of the audit book: python3 verify.py COPY [KEYS] [HEAD …].

KEYS holds AUDIT_KEYS, a HEAD comes from a letter of the day; chain.md explains it.
"""
# ruff: noqa: INP001, T201 - it stands alone, and speaks to who runs it

import hashlib
import hmac
import json
import sys
from base64 import urlsafe_b64decode
from pathlib import Path
from secrets import token_bytes


def fault(copy: str, keys: dict[str, bytes], heads: dict[str, str]) -> str | None:
    """What is wrong with the first line that does not hold."""
    digest, number = bytes(32), 0
    with Path(copy).open("rb") as rows:
        for number, row in enumerate(rows, start=1):
            line, told, seal, key_id = row.rstrip(b"\n").split(b"\t")
            digest = hashlib.sha256(digest + line).digest()
            if digest.hex() != told.decode() or json.loads(line)["number"] != number:
                return f"line {number} is not the one that was bound"
            key = keys.get(key_id.decode(), token_bytes(32))  # none fits an unknown one
            if keys and hmac.digest(key, digest, "sha256").hex() != seal.decode():
                return f"line {number} was bound by somebody without the key"
            if heads.pop(str(number), digest.hex()) != digest.hex():
                return f"line {number}, or one before it, is not that of the letter"
    print(f"{number} lines were read; the head is {number}:{digest.hex()}")
    return f"the book ends before line {min(heads)} of the letter" if heads else None


copy, *others = sys.argv[1:]
texts = [Path(other).read_text().strip() for other in others if Path(other).is_file()]
pairs = [key.strip().split(":") for text in texts for key in text.split(",")]
keys = {name: urlsafe_b64decode(f"{key}==") for name, key in pairs}
heads = dict(other.split(":") for other in others if not Path(other).is_file())
sys.exit(fault(copy, keys, heads))
