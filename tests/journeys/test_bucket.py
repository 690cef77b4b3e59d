"""A file's whole life with its bytes and the keys of its days in buckets."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.filedrop.models import DroppedFile
from storage import BlobMissing, KeyDestroyed
from storage.bucket import Bucket
from tests import real
from tests.cast import NOORD, correction
from tests.clock import FakeClock
from tests.fakes_storage import WHY
from tests.real import House, link, words
from tests.servers import rgw

SEPTEMBER = correction(NOORD)
LINE = b"2026-09-01T00:00;1,25\r\n"
CONTENT = LINE * 400_000  # sealed it travels in two parts


@pytest.fixture
def house(
    database_url: str,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bucket: Bucket,
) -> Iterator[House]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "relay.pem"))
    for name, value in rgw.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    places = {
        "BLOBS": f"s3://{rgw.PLAIN}/{bucket.prefix}",
        "KEYS": f"s3://{rgw.KEYS}/{bucket.prefix}",
        "S3_ENDPOINT": bucket.quick.meta.endpoint_url,
    }
    with real.house(database_url, clock, tmp_path, **places) as house:
        yield house


def test_a_file_lives_and_dies_in_buckets(house: House, bucket: Bucket) -> None:
    house.register()
    house.publish({SEPTEMBER: CONTENT})
    (welcome,) = house.letters("an@noord.example")
    an = house.first_sign_in("an.peeters", welcome)
    path = link(words(welcome)).partition(house.site)[2]
    assert an.open("/health/ready").text.split() == [
        *("database", "ok", "keys", "ok", "blobs", "ok")
    ]

    whole = an.open(f"{path}/download")
    assert (whole.status, whole.body) == (200, CONTENT)
    across = {"Range": "bytes=8388600-8388615", "If_Range": whole.headers["ETag"]}
    part = an.open(f"{path}/download", **across)
    assert (part.status, part.body) == (206, CONTENT[8388600:8388616])
    keys = replace(bucket, name=rgw.KEYS)
    nothing_lies_open(house, bucket, keys)

    kept = row(house)
    assert kept.sealed_key is not None
    day_key, _ = keys.content(f"{kept.key_day}.key")
    house.clock.set(2026, 11, 25, 0, 30)
    house.tick("filedrop.purge")
    data_key = house.runtime.keys.unseal(kept.key_day, kept.sealed_key, WHY)
    with pytest.raises(BlobMissing):
        house.runtime.blobs.open(kept.blob_key, data_key)
    assert list(bucket.ever()) == []

    house.clock.forward(hours=24)
    house.tick("filedrop.keys")
    assert list(keys.ever()) == [f"{kept.key_day}.destroyed"]
    keys.ask("put_object", f"{kept.key_day}.key", Body=day_key)  # from a backup
    with pytest.raises(KeyDestroyed):
        house.runtime.keys.unseal(kept.key_day, kept.sealed_key, WHY)


def nothing_lies_open(house: House, bucket: Bucket, keys: Bucket) -> None:
    lying = [at.content(name)[0] for at in (bucket, keys) for name, _ in at.objects()]
    assert len(lying) == 2
    assert not any(LINE[:12] in content for content in lying)
    assert not (house.folder / "blobs").exists()
    assert not (house.folder / "keys").exists()


def row(house: House) -> DroppedFile:
    with house.runtime.reading() as session:
        return session.scalars(select(DroppedFile)).one()
