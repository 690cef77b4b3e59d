"""What a put that stands still has kept: another may take it over, from any store."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from storage import MEBIBYTE, BlobMissing, BlobStore, StorageError, new_data_key
from storage.bucket import Bucket
from storage.crypto import SEALED, SEGMENT, SealedBlobs
from storage.s3 import S3Blobs
from tests.fakes_storage import MemoryBlobs, keys_in

PIECES = [os.urandom(MEBIBYTE) for _ in range(18)]  # two parts in a bucket, and more
WHOLE = b"".join(PIECES)


def new_key() -> str:
    return str(uuid4())


def taken(blobs: BlobStore, key: str) -> bytes:
    return b"".join(blobs.remains(key))


def taken_over_half_way(blobs: BlobStore, key: str) -> bytes:
    """What is found by whoever takes over; the writer then tries to go on."""
    found = bytearray()

    def pieces() -> Iterator[bytes]:
        yield from PIECES
        found.extend(taken(blobs, key))
        blobs.delete(key)
        yield from PIECES

    with pytest.raises(StorageError):
        blobs.put(key, pieces())
    return bytes(found)


def test_who_takes_over_finds_what_came_and_the_other_comes_to_nothing(
    blobs: BlobStore,
) -> None:
    key = new_key()
    found = taken_over_half_way(blobs, key)
    assert WHOLE.startswith(found)
    assert len(found) >= 15 * MEBIBYTE
    assert keys_in(blobs) == []
    with pytest.raises(BlobMissing):
        blobs.remains(key).close()
    assert blobs.put(key, [b"again"]) == 5


def test_what_ended_may_be_taken_over_whole(blobs: BlobStore) -> None:
    for content in (b"", b"short"):
        key = new_key()
        blobs.put(key, [content])
        assert taken(blobs, key) == content


def test_of_nothing_there_are_no_remains(bare_blobs: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        bare_blobs.remains(new_key())
    with pytest.raises(ValueError, match="UUID"):
        bare_blobs.remains("../etc/passwd")


def test_a_writer_in_a_bucket_that_was_taken_over_does_not_think_it_ended(
    bucket: Bucket,
) -> None:
    blobs, key = S3Blobs(bucket), new_key()

    def pieces() -> Iterator[bytes]:
        yield from PIECES
        assert taken(blobs, key)  # and it stays under that name

    with pytest.raises(StorageError):
        blobs.put(key, pieces())


def test_who_was_killed_at_the_last_step_in_a_bucket_is_taken_over_too(
    bucket: Bucket,
) -> None:
    key = new_key()
    begun = bucket.ask("create_multipart_upload", key)["UploadId"]
    part = {"UploadId": begun, "PartNumber": 1, "Body": PIECES[0]}
    bucket.send("upload_part", key, **part)
    bucket.ask("put_object", f"{key}.claim", Body=b"")
    assert taken(S3Blobs(bucket), key) == PIECES[0]
    assert list(bucket.ever()) == [key]


def test_an_upload_without_a_part_leaves_nothing(bucket: Bucket) -> None:
    key = new_key()
    bucket.ask("create_multipart_upload", key)
    with pytest.raises(BlobMissing):
        S3Blobs(bucket).remains(key)


@pytest.mark.parametrize(
    ("cut", "segments"),
    [
        (SEALED, 1),
        (SEALED - 1, 0),
        (0, 0),
        (2 * SEALED + 3, 2),
        (2 * SEALED + 100, 2),
    ],
)
def test_of_a_torn_blob_the_whole_segments_come_out(cut: int, segments: int) -> None:
    inner, key, data_key = MemoryBlobs(), new_key(), new_data_key()
    SealedBlobs(inner).put(key, PIECES[:4], data_key)
    torn = b"".join(inner.open(key))[:cut]
    inner.delete(key)
    inner.put(key, [torn])
    found = b"".join(SealedBlobs(inner).remains(key, data_key))
    assert found == WHOLE[: segments * SEGMENT]


def test_nothing_behind_a_damaged_segment_comes_out() -> None:
    inner, key, data_key = MemoryBlobs(), new_key(), new_data_key()
    SealedBlobs(inner).put(key, PIECES[:4], data_key)
    whole = bytearray(b"".join(inner.open(key)))
    whole[SEALED + 99] ^= 1
    inner.delete(key)
    inner.put(key, [bytes(whole)])
    assert b"".join(SealedBlobs(inner).remains(key, data_key)) == PIECES[0]
    assert b"".join(SealedBlobs(inner).remains(key, new_data_key())) == b""
