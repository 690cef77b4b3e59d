"""Sealed files in a bucket of Ceph's gateway, beside boto3 reading the plain bytes."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from storage import MEBIBYTE, new_data_key
from storage.bucket import Bucket
from storage.crypto import SealedBlobs
from storage.s3 import S3Blobs
from tests.bench.exchange import Turn, by_turns
from tests.bench.fetching import Place, curl, for_guest, ids_of, swallow
from tests.bench.house import house
from tests.bench.processes import Server
from tests.bench.table import row, title
from tests.cast import NOORD, correction
from tests.servers import rgw

SIZE, ROUNDS = 256 * MEBIBYTE, 5
NAME = correction(NOORD)
BARE, DOOR, CURL, READER = "boto3", "the store's door", "curl", "the reader"


def measure() -> None:
    if not rgw.installed():
        print(f"No gateway here: {', '.join(rgw.PACKAGES)} are not installed.")
        return
    with (
        tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path,
        rgw.cluster() as gateway,
        _place(Path(path), gateway) as place,
    ):
        bucket = gateway.bucket(rgw.PLAIN)
        _beside_boto3(bucket, place)


@contextmanager
def _place(folder: Path, gateway: rgw.Rgw) -> Iterator[Place]:
    """An's file, sealed in a bucket, through the front door."""
    gateway.bucket(rgw.PLAIN).quick.create_bucket(Bucket=rgw.PLAIN)
    told = {
        **rgw.CREDENTIALS,
        "BLOBS": f"s3://{rgw.PLAIN}/sealed",
        "S3_ENDPOINT": gateway.url,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in rgw.CREDENTIALS.items():
            patch.setenv(name, value)
        with house(folder, told) as ours:
            batch = folder / "batch"
            batch.mkdir()
            (batch / NAME).write_bytes(os.urandom(SIZE))
            ours.cast.publish_folder(batch)
            an = ours.an()
            yield for_guest(
                ours, an, {NAME: f"/bestanden/{ids_of(ours)[NAME]}/download"}
            )


def _beside_boto3(bucket: Bucket, place: Place) -> None:
    plain, other, data_key = str(uuid4()), str(uuid4()), new_data_key()
    blobs = S3Blobs(bucket)
    content = [os.urandom(MEBIBYTE)] * (SIZE // MEBIBYTE)
    blobs.put(plain, content)
    sealed = SealedBlobs(blobs)
    sealed.put(other, content, data_key)
    here = Server(os.getpid(), "")
    spent = by_turns(
        ROUNDS,
        {
            BARE: Turn(here, partial(_read, bucket, plain)),
            DOOR: Turn(here, lambda: _drain(sealed.open(other, data_key))),
            CURL: Turn(place.server, partial(curl, place, NAME), place.before),
            READER: Turn(place.server, partial(swallow, place, NAME), place.before),
        },
    )
    title(f"{SIZE // MEBIBYTE} MiB over Ceph's gateway; beside: boto3, the plain bytes")
    speeds = {name: SIZE / MEBIBYTE / it.seconds for name, it in spent.items()}
    beside = f"{speeds[BARE]:,.0f} MiB/s"
    for name, what in (
        (DOOR, "sealed, by the store's own door"),
        (CURL, "sealed, by the front door, curl"),
        (READER, "sealed, by the front door, a reader"),
    ):
        ratio = speeds[name] / speeds[BARE]
        row(what, f"{speeds[name]:,.0f} MiB/s", beside, ratio, least=0.8)


def _read(bucket: Bucket, key: str) -> None:
    """As boto3 reads when nobody wants it sealed."""
    answer = bucket.patient.get_object(Bucket=bucket.name, Key=bucket.prefix + key)
    _drain(answer["Body"].iter_chunks(MEBIBYTE))


def _drain(pieces: Iterator[bytes]) -> None:
    assert sum(map(len, pieces)) == SIZE
