"""`python -m tests.bench.lean FOLDER PORT [sums]`: what no upload can do without.

One body after another into a file: received, sealed, written, synced; with sums also
SHA-256 and CRC-32. No server, no rights, no rows: each step is one call into C.
"""

import hashlib
import os
import secrets
import socket
import sys
import zlib
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.servers.web import HOST

SEGMENT, TAG = 1 << 20, 16
DONE = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def main(folder: str, port: str, *sums: str) -> None:
    with socket.create_server((HOST, int(port))) as door:
        while True:
            line, _peer = door.accept()
            with line:
                _take_in(line, Path(folder) / str(uuid4()), with_sums=bool(sums))


def _take_in(line: socket.socket, path: Path, *, with_sums: bool) -> None:
    head, _, body = line.recv(1 << 16).partition(b"\r\n\r\n")
    if not head:  # somebody who only looked whether we are here
        return
    left = int(head.lower().partition(b"content-length:")[2].split()[0]) - len(body)
    plain, sealed = bytearray(SEGMENT), bytearray(SEGMENT + TAG)
    cipher, sha256, crc32 = AESGCM(secrets.token_bytes(32)), hashlib.sha256(body), 0
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(file, body)
    number = 0
    while left:
        piece = memoryview(plain)[:left]
        got = line.recv_into(piece, len(piece), socket.MSG_WAITALL)
        assert got == len(piece), "it broke off"
        if with_sums:
            sha256.update(piece)
            crc32 = zlib.crc32(piece, crc32)
        place = memoryview(sealed)[: len(piece) + TAG]
        cipher.encrypt_into(number.to_bytes(12, "big"), piece, b"", place)
        os.write(file, place)
        left, number = left - len(piece), number + 1
    os.fsync(file)
    os.close(file)
    line.sendall(DONE)


if __name__ == "__main__":
    main(*sys.argv[1:])
