"""What tus 1.0 says in headers: numbers, metadata, checksums; values of values."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from app.filedrop.rules import LARGEST
from app.kernel.errors import AppError
from storage import Piece

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
BODY = "application/offset+octet-stream"
ALGORITHMS: dict[str, Callable[[], "hashlib._Hash"]] = {
    # the protocol asks for it; what it proves is the line, not the sender
    "sha1": partial(hashlib.sha1, usedforsecurity=False),
    "sha256": hashlib.sha256,
}
ABILITIES = {
    "Tus-Version": VERSION,
    "Tus-Extension": EXTENSIONS,
    "Tus-Max-Size": str(LARGEST - 1),
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}
LONGEST_METADATA = 2000
NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
KEY = re.compile(r"[!-+\--~]+", re.ASCII)  # what shows in ASCII, without a comma


class Unclear(AppError):
    """A header that the protocol does not know like this."""

    status = 400


class NoSuchVersion(AppError):
    """The client speaks another version of the protocol, or does not say which."""

    status = 412


class WrongBody(AppError):
    """Bytes that are not announced as those of an upload."""

    status = 415


class TooLarge(AppError):
    """More bytes than the upload has, or than any may have."""

    status = 413


class WrongSum(AppError):
    """The bytes of this request are not those that were sent."""

    status = 460


def number(name: str, text: str | None) -> int:
    """A header that counts bytes."""
    if text is None or not NUMBER.fullmatch(text):
        raise Unclear(f"{name} is geen getal.")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """What a client tells of its file: `filename YS5jc3Y=,draft QUFB`."""
    if len(text) > LONGEST_METADATA:
        raise Unclear("Upload-Metadata is te lang.")
    told: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        key, _, value = pair.strip().partition(" ")
        if not KEY.fullmatch(key) or key in told:
            raise Unclear("Upload-Metadata heeft een sleutel die niet kan.")
        told[key] = _plain(value)
    return told


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must add up to."""

    algorithm: str
    expected: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Checksum":
        """By `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`."""
        algorithm, _, value = text.partition(" ")
        if algorithm not in ALGORITHMS:
            raise Unclear(f"Upload-Checksum kent alleen {', '.join(ALGORITHMS)}.")
        expected = _decoded("Upload-Checksum", value)
        if len(expected) != ALGORITHMS[algorithm]().digest_size:
            raise Unclear("Upload-Checksum heeft een verkeerde lengte.")
        return cls(algorithm, expected)

    def over(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The same bytes; WrongSum at their end, so that nothing of them is kept."""
        made = ALGORITHMS[self.algorithm]()
        for piece in pieces:
            made.update(piece)
            yield piece
        if made.digest() != self.expected:
            raise WrongSum("De controlesom klopt niet; dit deel is niet bewaard.")


def _plain(value: str) -> str:
    try:
        return _decoded("Upload-Metadata", value).decode()
    except UnicodeDecodeError as broken:
        raise Unclear("Upload-Metadata is geen UTF-8.") from broken


def _decoded(name: str, value: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (NotBase64, ValueError) as broken:
        raise Unclear(f"{name} is geen base64.") from broken
