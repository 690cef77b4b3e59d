"""Blobs in a bucket: a name appears when its last part is in, and goes with all."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from storage import (
    MEBIBYTE,
    BlobDamaged,
    BlobExists,
    BlobMissing,
    Piece,
    Pieces,
    StorageError,
    Stored,
    checked,
    is_key,
)
from storage.bucket import LINE_BROKE, Absent, Answer, Bucket, OutOfRange, Unmet

PART = 8 * MEBIBYTE
LOOKS, LOOKS_AT_ONCE = 16, 8
RESUMES = 4  # in a row, without a byte between them

_CLAIM = ".claim"


@dataclass(frozen=True)
class S3Blobs:
    """Keeps the blob ab12… under prefix/ab12…; what is larger travels in parts."""

    bucket: Bucket
    part: int = PART

    def put(self, key: str, pieces: Iterable[Piece]) -> int:
        checked(key)
        parts = _parts(pieces, self.part)
        first, is_last = next(parts)
        if not is_last:
            return self._put_in_parts(key, first, parts)
        writer = _signature()
        with self._once(key, writer, len(first)):
            self.bucket.send(
                "put_object", key, Body=first, IfNoneMatch="*", Metadata=writer
            )
        return len(first)

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        if stop is not None and stop <= start:
            return self._nothing(key)
        try:
            reading = _Reading(self.bucket, checked(key), start, stop)
        except Absent:
            raise BlobMissing(key) from None
        except OutOfRange:
            return self._nothing(key)
        return Pieces(reading.pieces(piece), reading.close, size=reading.size)

    def size(self, key: str) -> int:
        try:
            size: int = self.bucket.head(checked(key))["ContentLength"]
        except Absent:
            raise BlobMissing(key) from None
        return size

    def missing(self, keys: Sequence[str]) -> set[str]:
        """Tell it of the first sixteen, looked for at once: a reader waits for it."""
        asked = [checked(key) for key in keys[:LOOKS]]
        with ThreadPoolExecutor(LOOKS_AT_ONCE) as looking:
            found = looking.map(self._there, asked)
            return {key for key, there in zip(asked, found, strict=True) if not there}

    def remains(self, key: str, *, piece: int = MEBIBYTE) -> Pieces:
        """End the upload of who stands still: only then its parts can be read."""
        self.bucket.wipe(checked(key) + _CLAIM)  # killed at its last step, it left one
        for name, upload in list(self.bucket.uploads(checked(key))):
            if parts := self.bucket.parts(name, upload["UploadId"]):
                with suppress(Absent, Unmet), self._claimed(key):
                    self._complete(key, upload["UploadId"], parts)
        return self.open(key, piece=piece)

    def delete(self, key: str) -> None:
        """Remove every version, every marker and every unfinished part."""
        for name, upload in list(self.bucket.uploads(checked(key))):
            self.bucket.abort(name, upload["UploadId"])
        self.bucket.wipe(key)

    def keys(self) -> Iterator[Stored]:
        for name, entry in self.bucket.objects():
            if is_key(name):
                yield Stored(name, entry["Size"], entry["LastModified"].astimezone(UTC))

    def sweep(self, *, before: datetime) -> int:
        left = [
            (name, upload)
            for name, upload in self.bucket.uploads()
            if upload["Initiated"] < before
        ]
        for name, upload in left:
            self.bucket.abort(name, upload["UploadId"])
        claims = [
            name
            for name, entry in self.bucket.objects()
            if name.endswith(_CLAIM) and entry["LastModified"] < before
        ]
        for name in claims:
            self.bucket.wipe(name)
        return len(left) + len(claims)

    def _nothing(self, key: str) -> Pieces:
        return Pieces(iter(()), lambda: None, size=self.size(key))

    def _put_in_parts(
        self, key: str, first: bytes, more: Iterator[tuple[bytes, bool]]
    ) -> int:
        writer = _signature()
        with self._upload(key, writer) as upload:
            parts = [self._put_part(key, upload, 1, first)]
            size = len(first)
            for number, (content, _) in enumerate(more, start=2):
                parts.append(self._put_part(key, upload, number, content))
                size += len(content)
            with self._once(key, writer, size), self._claimed(key):
                self._complete(key, upload, parts)
        return size

    def _put_part(self, key: str, upload: str, number: int, content: bytes) -> Answer:
        numbered = {"UploadId": upload, "PartNumber": number}
        sent = self.bucket.send("upload_part", key, Body=content, **numbered)
        return {"ETag": sent["ETag"], "PartNumber": number}

    def _complete(self, key: str, upload: str, parts: list[Answer]) -> None:
        self.bucket.send(
            "complete_multipart_upload",
            key,
            UploadId=upload,
            MultipartUpload={"Parts": parts},
            IfNoneMatch="*",  # who knows this here needs no claim
        )

    @contextmanager
    def _upload(self, key: str, writer: dict[str, str]) -> Iterator[str]:
        begun = self.bucket.ask("create_multipart_upload", key, Metadata=writer)
        upload: str = begun["UploadId"]
        try:
            yield upload
        except BaseException:
            with suppress(StorageError):  # what stays is swept
                self.bucket.abort(key, upload)
            raise

    @contextmanager
    def _claimed(self, key: str) -> Iterator[None]:
        """Keep others from completing the same key; not every store does so itself."""
        claim = key + _CLAIM
        self.bucket.ask("put_object", claim, Body=b"", IfNoneMatch="*")
        try:
            if self._there(key):
                raise Unmet(key)
            yield
        finally:
            with suppress(StorageError):  # what stays is swept
                self.bucket.wipe(claim)

    @contextmanager
    def _once(self, key: str, writer: dict[str, str], size: int) -> Iterator[None]:
        """Know our own blob again: a request that was repeated finds its first try."""
        try:
            yield
        except StorageError as error:
            there = self._there(key)
            if there and (there["Metadata"], there["ContentLength"]) == (writer, size):
                return
            if isinstance(error, Unmet):
                raise BlobExists(key) from None
            raise

    def _there(self, key: str) -> Answer | None:
        """What stands above the bytes of that name, if there are any."""
        with suppress(Absent):
            return self.bucket.head(key)
        return None


class _Reading:
    """An answer that streams; asked for again from where its line broke."""

    def __init__(self, bucket: Bucket, key: str, start: int, stop: int | None) -> None:
        self.bucket, self.key, self.at = bucket, key, start
        self._ask("" if stop is None else stop - 1)

    def pieces(self, piece: int) -> Iterator[bytes]:
        while self.at < self.stop:
            yield self._read(min(piece, self.stop - self.at))  # unnamed, to be let go

    def close(self) -> None:
        self.body.close()

    def _ask(self, last: int | str, **words: str) -> None:
        answer = self.bucket.send(
            "get_object", self.key, Range=f"bytes={self.at}-{last}", **words
        )
        if not answer.keys() >= {"ETag", "ContentLength", "ContentRange"}:
            raise StorageError(f"the answer about {self.key} broke off in its head")
        self.body, self.etag = answer["Body"], answer["ETag"]
        self.stop = self.at + int(answer["ContentLength"])
        self.size = int(answer["ContentRange"].rpartition("/")[2])

    def _read(self, size: int) -> bytes:
        for _ in range(RESUMES):
            with suppress(*LINE_BROKE):  # a line that broke, or stood still
                content: bytes = self.body.read(size)
                if len(content) == size:
                    self.at += size
                    return content
            self._resume()
        raise StorageError(f"{self.key} broke off, again and again")

    def _resume(self) -> None:
        self.close()
        try:
            self._ask(self.stop - 1, IfMatch=self.etag)
        except Absent:
            raise BlobMissing(self.key) from None
        except Unmet:
            raise BlobDamaged(f"{self.key} became another while it was read") from None


def _signature() -> dict[str, str]:
    """What tells a writer's blob from that of any other."""
    return {"writer": uuid4().hex}


def _parts(pieces: Iterable[Piece], size: int) -> Iterator[tuple[bytes, bool]]:
    """Regroup the bytes into parts, and say which is the last; it may be empty."""
    buffer, filled = memoryview(bytearray(size)), 0
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            if filled == size:  # more follows, so this one was not the last
                yield bytes(buffer), False
                filled = 0
            taken = min(len(rest), size - filled)
            buffer[filled : filled + taken] = rest[:taken]
            filled, rest = filled + taken, rest[taken:]
    yield bytes(buffer[:filled]), True
