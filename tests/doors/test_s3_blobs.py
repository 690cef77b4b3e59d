"""Blobs in a bucket: parts, versions, killed writers, bad lines, and what it says."""

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from storage import MEBIBYTE, BlobDamaged, BlobExists, BlobMissing, StorageError
from storage.bucket import Bucket
from storage.s3 import S3Blobs
from tests.fakes_storage import keys_in, wall_clock
from tests.servers import rgw
from tests.servers.wire import wire

CONTINUE = b"HTTP/1.1 100 CONTINUE\r\n\r\n"
PART = 5 * MEBIBYTE  # the least that S3 takes
NOISE = os.urandom(2 * PART + 1)

WRITER = """
import sys
from storage.bucket import Bucket
from storage.s3 import S3Blobs

def pieces():
    yield bytes(17 << 20)
    print("half", flush=True)
    sys.stdin.read()

name, prefix, endpoint, key = sys.argv[1:]
S3Blobs(Bucket.over(name, prefix, endpoint=endpoint)).put(key, pieces())
"""


@pytest.fixture
def blobs(bucket: Bucket) -> S3Blobs:
    return S3Blobs(bucket, part=PART)


def new_key() -> str:
    return str(uuid4())


def kept(blobs: S3Blobs, content: bytes) -> str:
    key = new_key()
    assert blobs.put(key, [content]) == len(content)
    return key


def everything(bucket: Bucket) -> list[str]:
    """Every name that the bucket still bears for us, in whatever way."""
    found = bucket._listed("list_object_versions", "Versions", "DeleteMarkers")
    return [name for name, _ in (*found, *bucket.uploads())]


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1])
def test_a_blob_of_several_parts_comes_out_whole_and_in_ranges(
    blobs: S3Blobs, size: int
) -> None:
    key = kept(blobs, NOISE[:size])
    assert blobs.size(key) == size
    assert b"".join(blobs.open(key)) == NOISE[:size]
    across = slice(PART - 2, PART + 2)
    assert b"".join(blobs.open(key, PART - 2, PART + 2)) == NOISE[:size][across]
    assert everything(blobs.bucket) == [key]


def test_no_more_than_a_few_parts_are_ever_in_memory(blobs: S3Blobs) -> None:
    key = new_key()
    tracemalloc.start()
    try:
        blobs.put(key, (bytes(MEBIBYTE) for _ in range(40)))
        read = sum(map(len, blobs.open(key)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == 40 * MEBIBYTE
    assert peak < 5 * PART


def test_of_many_large_writers_of_one_key_exactly_one_wins(blobs: S3Blobs) -> None:
    key, together = new_key(), Barrier(4)

    def pieces(number: int) -> Iterator[bytes]:
        yield bytes([number]) * (PART + 1)
        together.wait()

    def write(number: int) -> bool:
        try:
            return blobs.put(key, pieces(number)) > 0
        except BlobExists:
            return False

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(write, range(4)))
    assert sum(won) == 1
    assert set(b"".join(blobs.open(key))) == {won.index(True)}
    assert everything(blobs.bucket) == [key]


def test_a_large_blob_never_overwrites(blobs: S3Blobs) -> None:
    key = kept(blobs, b"first")
    with pytest.raises(BlobExists):
        blobs.put(key, [NOISE])
    assert b"".join(blobs.open(key)) == b"first"
    assert everything(blobs.bucket) == [key]


def test_a_source_that_breaks_off_leaves_no_part(blobs: S3Blobs) -> None:
    def pieces() -> Iterator[bytes]:
        yield NOISE
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.put(new_key(), pieces())
    assert everything(blobs.bucket) == []


def test_what_a_killed_writer_left_is_invisible_until_it_is_swept(
    blobs: S3Blobs, s3_server: rgw.Rgw
) -> None:
    key, at = new_key(), blobs.bucket
    words = (at.name, at.prefix, s3_server.url, key)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environ(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
    at.ask("put_object", f"{key}.claim", Body=b"")  # killed at the very last step
    assert sorted(everything(at)) == [key, f"{key}.claim"]
    assert list(blobs.keys()) == []
    with pytest.raises(BlobMissing):
        blobs.open(key)

    now = wall_clock()
    assert blobs.sweep(before=now - timedelta(hours=1)) == 0
    assert blobs.sweep(before=now + timedelta(hours=1)) == 2
    assert everything(at) == []
    assert blobs.put(key, [NOISE]) == len(NOISE)


def test_with_a_blob_go_its_versions_markers_and_unfinished_parts(
    versioned: Bucket,
) -> None:
    blobs = S3Blobs(versioned)
    key, other = kept(blobs, b"second"), kept(blobs, b"stays")
    versioned.ask("put_object", key, Body=b"an older version's successor")
    versioned.ask("delete_object", key)
    begun = versioned.ask("create_multipart_upload", key)["UploadId"]
    part = {"UploadId": begun, "PartNumber": 1, "Body": b"left behind"}
    versioned.ask("upload_part", key, **part)
    assert everything(versioned).count(key) == 4
    blobs.delete(key)
    assert everything(versioned) == [other]


def test_a_list_of_many_pages_is_read_to_its_end(blobs: S3Blobs) -> None:
    keys = sorted(kept(blobs, b"x") for _ in range(12))
    blobs.bucket.ask("put_object", "README", Body=b"who put this here?")
    assert keys_in(blobs) == keys


def test_a_download_goes_on_where_its_line_broke(
    blobs: S3Blobs, s3_server: rgw.Rgw
) -> None:
    key = kept(blobs, NOISE)
    with wire(s3_server.port) as line:
        far = S3Blobs(_over(line.url, blobs.bucket))
        line.breaks = [3 * MEBIBYTE, 2 * MEBIBYTE]
        assert b"".join(far.open(key, 7)) == NOISE[7:]
        assert line.breaks == []


def test_a_line_that_never_holds_is_given_up(
    blobs: S3Blobs, s3_server: rgw.Rgw
) -> None:
    key = kept(blobs, NOISE)
    with wire(s3_server.port) as line:
        far = S3Blobs(_over(line.url, blobs.bucket))
        line.breaks = [100_000] * 9
        with pytest.raises(StorageError, match="broke off, again and again"):
            b"".join(far.open(key))


def test_an_answer_cut_off_in_its_head_is_no_empty_blob(
    blobs: S3Blobs, s3_server: rgw.Rgw
) -> None:
    key = kept(blobs, NOISE[:100])
    with wire(s3_server.port) as line:
        line.breaks = [60]
        with pytest.raises(StorageError, match="broke off in its head"):
            S3Blobs(_over(line.url, blobs.bucket)).open(key)


def test_a_blob_that_went_or_changed_under_a_broken_line_is_told(
    blobs: S3Blobs, s3_server: rgw.Rgw
) -> None:
    with wire(s3_server.port) as line:
        far = S3Blobs(_over(line.url, blobs.bucket))
        gone, other = kept(blobs, NOISE), kept(blobs, NOISE)
        line.breaks = [100_000]
        pieces = far.open(gone)
        blobs.delete(gone)
        with pytest.raises(BlobMissing):
            b"".join(pieces)
        line.breaks = [100_000]
        pieces = S3Blobs(_over(line.url, blobs.bucket)).open(other)
        blobs.bucket.ask("put_object", other, Body=NOISE[1:])
        with pytest.raises(BlobDamaged, match="became another"):
            b"".join(pieces)


@pytest.mark.parametrize("content", [b"small", NOISE], ids=["at once", "in parts"])
def test_a_blob_whose_receipt_was_lost_is_known_again(
    blobs: S3Blobs, s3_server: rgw.Rgw, content: bytes
) -> None:
    key = new_key()
    with wire(s3_server.port) as line:
        far = S3Blobs(_over(line.url, blobs.bucket), part=PART)

        def pieces() -> Iterator[bytes]:
            yield content
            line.breaks = [len(CONTINUE)]  # the answer after it gets lost

        assert far.put(key, pieces()) == len(content)
    assert b"".join(blobs.open(key)) == content
    assert everything(blobs.bucket) == [key]


def test_an_upload_that_ended_may_be_let_go_again(blobs: S3Blobs) -> None:
    key = new_key()
    begun = blobs.bucket.ask("create_multipart_upload", key)["UploadId"]
    blobs.bucket.abort(key, begun)
    blobs.bucket.abort(key, begun)
    assert everything(blobs.bucket) == []


def test_over_tls_it_is_the_same(s3_tls: Bucket) -> None:
    blobs = S3Blobs(replace(s3_tls, prefix=f"{uuid4()}/"), part=PART)
    key, small = kept(blobs, NOISE), kept(blobs, b"small")
    assert b"".join(blobs.open(key, PART - 1)) == NOISE[PART - 1 :]
    assert sorted([key, small]) == keys_in(blobs)
    for name in (key, small):
        blobs.delete(name)
    assert everything(blobs.bucket) == []


@pytest.mark.parametrize("noise", [b"", bytes(100_000)], ids=["cut", "noise"])
def test_over_tls_too_a_download_goes_on_where_its_line_broke(
    s3_tls: Bucket, s3_server: rgw.Rgw, noise: bytes
) -> None:
    near = S3Blobs(replace(s3_tls, prefix=f"{uuid4()}/"), part=PART)
    key = kept(near, NOISE)
    with wire(s3_server.tls_port) as line:
        url = line.url.replace("http:", "https:")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_CA_BUNDLE", str(s3_server.cafile))
            far = S3Blobs(_over(url, near.bucket))
        line.breaks, line.noise = [3 * MEBIBYTE, 2 * MEBIBYTE], noise
        assert b"".join(far.open(key, 7)) == NOISE[7:]
        assert line.breaks == []


def _over(url: str, like: Bucket) -> Bucket:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in rgw.CREDENTIALS.items():
            patch.setenv(name, value)
        return Bucket.over(like.name, like.prefix, endpoint=url)


def _environ() -> dict[str, str]:
    root = Path(__file__).parents[2]
    return rgw.CREDENTIALS | {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
