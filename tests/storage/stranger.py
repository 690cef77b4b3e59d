"""A stranger's reader, made from docs/storage-format.md: it knows no code of ours."""

import base64
import hashlib
import hmac
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEGMENT, MARK, TAG = 1_048_576, 4, 16
SEALED = MARK + SEGMENT + TAG


def hkdf(secret: bytes, info: bytes) -> bytes:
    extracted = hmac.digest(bytes(32), secret, "sha256")  # RFC 5869
    return hmac.digest(extracted, info + b"\x01", "sha256")


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound)


def day_key(keys: Path, day: str, masters: str) -> bytes:
    if (keys / f"{day}.destroyed").exists():
        raise SystemExit("that day is over")
    mark, name, sealed = (keys / f"{day}.key").read_bytes().split(b":", 2)
    codes = dict(entry.strip().split(":") for entry in masters.split(","))
    master = base64.urlsafe_b64decode(codes[name.decode()].rstrip("=") + "=")
    bound = b":".join([mark, name, f"day {day}".encode()])
    return unseal(hkdf(master, b"energiepost seal"), sealed, bound)


def content(blob: Path, data_key: bytes) -> Iterator[bytes]:
    count = -(-blob.stat().st_size // SEALED)
    with blob.open("rb") as stream:
        for number in range(count):
            segment = stream.read(SEALED)
            last = b"\x01" if number == count - 1 else b"\x00"
            nonce = bytes(7) + number.to_bytes(4) + last
            bound = segment[:MARK] + blob.name.encode()
            yield AESGCM(data_key).decrypt(nonce, segment[MARK:], bound)


if __name__ == "__main__":
    database, blobs, keys, name = sys.argv[1:]
    asked = (
        "SELECT blob_key, key_day, sealed_key, sha256 FROM dropped_file WHERE name=?"
    )
    with closing(sqlite3.connect(database)) as connection:
        key, day, sealed, digest = connection.execute(asked, [name]).fetchone()
    of_day = day_key(Path(keys), day, os.environ["MASTER_KEYS"])
    data_key = unseal(of_day, sealed[MARK:], sealed[:MARK] + day.encode())
    whole = b"".join(content(Path(blobs) / key[:2] / key, data_key))
    assert hashlib.sha256(whole).hexdigest() == digest
    sys.stdout.buffer.write(whole)
