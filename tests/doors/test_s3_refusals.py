"""What a store that cannot serve us says: one clear sentence, and no secret in it."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from app.web.pages import _answers
from storage import StorageError, StoreFull
from storage.bucket import Bucket
from storage.s3 import S3Blobs
from tests.fakes_storage import keys_in
from tests.servers import rgw
from tests.servers.web import HOST, free_port


def key() -> str:
    return str(uuid4())


@pytest.fixture
def quota(s3_server: rgw.Rgw) -> Iterator[None]:
    with s3_server.full():
        yield


def test_a_bucket_that_is_not_there_is_no_missing_blob(plain_bucket: Bucket) -> None:
    blobs = S3Blobs(replace(plain_bucket, name="nowhere"))
    for ask in (blobs.open, blobs.size, blobs.delete):
        with pytest.raises(StorageError, match="there is no bucket nowhere"):
            ask(key())
    with pytest.raises(StorageError, match="there is no bucket nowhere"):
        blobs.put(key(), [b"x"])
    with pytest.raises(StorageError, match="there is no bucket nowhere"):
        list(blobs.keys())
    assert not _answers(lambda: next(iter(blobs.keys()), None))


def test_credentials_that_are_refused_are_told(
    s3_server: rgw.Rgw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", rgw.ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a wrong one")
    blobs = S3Blobs(Bucket.over(rgw.PLAIN, endpoint=s3_server.url))
    with pytest.raises(StorageError, match="refuses our credentials") as refusal:
        blobs.put(key(), [b"x"])
    assert "wrong" not in str(refusal.value)
    with pytest.raises(StorageError, match="refuses our credentials"):
        blobs.size(key())


def test_a_store_that_is_away_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in rgw.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    away = Bucket.over("blobs", endpoint=f"http://{HOST}:{free_port()}")
    with pytest.raises(StorageError, match="does not answer: EndpointConnection"):
        S3Blobs(away).size(key())


def test_an_address_that_is_none_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in rgw.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="S3: Invalid endpoint"):
        Bucket.over("blobs", endpoint="no address")


@pytest.mark.usefixtures("quota")
def test_a_quota_that_is_used_up_leaves_nothing(bucket: Bucket) -> None:
    blobs = S3Blobs(bucket, part=5 << 20)
    for size in (2048, 6 << 20):
        with pytest.raises(StoreFull, match="no room left in bucket blobs"):
            blobs.put(key(), [bytes(size)])
    assert keys_in(blobs) == []
    assert list(bucket.uploads()) == []
