"""What a bucket is asked: each request costs a way there and back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from storage import MEBIBYTE, new_data_key
from storage.bucket import Bucket
from storage.crypto import SealedBlobs
from storage.s3 import LOOKS, S3Blobs

NOISE = os.urandom(3 * MEBIBYTE + 5)
END = len(NOISE)


@contextmanager
def asked(bucket: Bucket) -> Iterator[list[str]]:
    """The requests that go to the store meanwhile."""
    verbs: list[str] = []

    def note(event_name: str, **_: object) -> None:
        verbs.append(event_name.rpartition(".")[2])

    events = [client.meta.events for client in (bucket.quick, bucket.patient)]
    for one in events:
        one.register("before-send.s3", note)
    try:
        yield verbs
    finally:
        for one in events:
            one.unregister("before-send.s3", note)


def test_of_many_blobs_only_the_first_are_looked_for(bucket: Bucket) -> None:
    with asked(bucket) as verbs:
        gone = S3Blobs(bucket).missing([str(uuid4()) for _ in range(200)])
    assert len(gone) == verbs.count("HeadObject") == LOOKS


@pytest.mark.parametrize("span", [(0, END), (7, 9), (MEBIBYTE, END), (END - 1, END)])
def test_a_sealed_slice_is_one_request(bucket: Bucket, span: tuple[int, int]) -> None:
    sealed, key, data_key = SealedBlobs(S3Blobs(bucket)), str(uuid4()), new_data_key()
    sealed.put(key, [NOISE], data_key)
    with asked(bucket) as verbs:
        read = b"".join(sealed.open(key, data_key, *span))
    assert read == NOISE[slice(*span)]
    assert verbs == ["GetObject"]
