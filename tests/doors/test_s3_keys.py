"""Day keys in a bucket: destroyed in every version, rewrapped, never brought back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from storage import KeyDestroyed, KeyRefused, StorageError
from storage.bucket import Bucket
from storage.keys import MasterKeys, purpose
from storage.s3_keys import S3Keys
from tests.fakes_storage import WHY

DAY = date(2026, 11, 24)
OLD, NEW = b"o" * 32, b"n" * 32
KEY = b"k" * 32


@pytest.fixture
def keys(bucket: Bucket) -> S3Keys:
    return S3Keys(bucket, MasterKeys({"old": OLD}))


def rotated(keys: S3Keys) -> S3Keys:
    return S3Keys(keys.bucket, MasterKeys({"new": NEW, "old": OLD}))


def lying(bucket: Bucket, name: str) -> int:
    return len(list(bucket.versions(name)))


def test_no_day_key_lies_open_and_its_object_is_the_file_of_the_page(
    keys: S3Keys,
) -> None:
    keys.seal(DAY, KEY)
    sealed, _ = keys.bucket.content("2026-11-24.key")
    assert sealed.startswith(b"EPK1:old:")
    assert len(keys.master.open(sealed, purpose(DAY))) == 32


def test_every_version_of_a_destroyed_key_is_gone(versioned: Bucket) -> None:
    keys = S3Keys(versioned, MasterKeys({"a": OLD}))
    sealed = keys.master.seal(KEY, purpose(DAY))
    for _ in range(3):
        versioned.ask("put_object", "2026-11-24.key", Body=sealed)
    versioned.ask("delete_object", "2026-11-24.key")
    assert keys.days() == [DAY]
    keys.destroy_day(DAY)
    assert keys.days() == []
    assert lying(versioned, "2026-11-24.key") == 0
    assert lying(versioned, "2026-11-24.destroyed") == 1


def test_a_bucket_that_overwrites_is_no_place_for_keys(versioned: Bucket) -> None:
    with pytest.raises(StorageError, match="does not keep to If-None-Match"):
        S3Keys(versioned, MasterKeys({"a": OLD})).seal(DAY, KEY)
    assert list(versioned.ever()) == []


def test_a_destruction_that_was_cut_short_is_listed_until_it_is_done(
    keys: S3Keys,
) -> None:
    sealed = keys.seal(DAY, KEY)
    keys.bucket.ask("put_object", "2026-11-24.destroyed", Body=b"")
    with pytest.raises(KeyDestroyed):
        keys.unseal(DAY, sealed, WHY)
    assert rotated(keys).rewrap() == 0
    assert keys.days() == [DAY]
    keys.destroy_day(DAY)
    assert keys.days() == []


def test_a_key_from_a_backup_does_not_bring_the_day_back(keys: S3Keys) -> None:
    sealed = keys.seal(DAY, KEY)
    backup, _ = keys.bucket.content("2026-11-24.key")
    keys.destroy_day(DAY)
    keys.bucket.ask("put_object", "2026-11-24.key", Body=backup)
    with pytest.raises(KeyDestroyed):
        keys.unseal(DAY, sealed, WHY)


def test_a_day_made_while_it_was_destroyed_stays_destroyed(keys: S3Keys) -> None:
    def make(_: int) -> bool:
        try:
            keys.seal(DAY, KEY)
        except (KeyDestroyed, KeyRefused):
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        made = pool.map(make, range(8))
        pool.submit(keys.destroy_day, DAY).result()
        list(made)
    assert keys.days() == []
    with pytest.raises(KeyDestroyed):
        keys.new_day(DAY)


def test_a_key_made_just_after_its_destruction_is_taken_back(keys: S3Keys) -> None:
    class Dying(MasterKeys):
        def seal(self, plain: bytes, purpose: str) -> bytes:
            keys.destroy_day(DAY)
            return super().seal(plain, purpose)

    with pytest.raises(KeyDestroyed):
        S3Keys(keys.bucket, Dying({"a": OLD})).new_day(DAY)
    assert keys.days() == []


def test_after_a_rewrap_the_former_master_key_may_go(keys: S3Keys) -> None:
    days = [DAY + timedelta(days=more) for more in range(6)]  # more than a page
    sealed = [keys.seal(day, KEY) for day in days]
    assert rotated(keys).rewrap() == 6
    assert rotated(keys).rewrap() == 0
    alone = S3Keys(keys.bucket, MasterKeys({"new": NEW}))
    assert {alone.unseal(*pair, WHY) for pair in zip(days, sealed, strict=True)} == {
        KEY
    }
    with pytest.raises(KeyRefused, match="'new' is not among ours"):
        keys.unseal(DAY, sealed[0], WHY)


def test_a_rewrap_that_the_store_does_not_take_is_told(versioned: Bucket) -> None:
    former = MasterKeys({"old": OLD}).seal(KEY, purpose(DAY))
    versioned.ask("put_object", "2026-11-24.key", Body=former)
    with pytest.raises(StorageError, match="PreconditionFailed"):  # Ceph 16's versions
        S3Keys(versioned, MasterKeys({"new": NEW, "old": OLD})).rewrap()
    assert versioned.content("2026-11-24.key")[0] == former


def test_a_key_that_dies_during_its_rewrap_stays_dead(keys: S3Keys) -> None:
    keys.seal(DAY, KEY)

    class Dying(MasterKeys):
        def open(self, sealed: bytes, purpose: str) -> bytes:
            keys.destroy_day(DAY)
            return super().open(sealed, purpose)

    assert S3Keys(keys.bucket, Dying({"new": NEW, "old": OLD})).rewrap() == 0
    assert keys.days() == []
    assert lying(keys.bucket, "2026-11-24.key") == 0
