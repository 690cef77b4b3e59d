"""After the end: the bytes go, then the key of the day, then what was orphaned."""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from app.filedrop import ticks
from app.filedrop.models import DroppedFile
from app.filedrop.service_clear import Clearing
from app.kernel.clock import ClockWatch
from app.runtime import Runtime
from storage import BlobMissing, KeyDestroyed, new_data_key
from tests.cast import NOORD, Cast, correction
from tests.days import KEY_DAY, MINUTE, NAME, OVER, SECOND, at, until_done
from tests.fakes_storage import WHY
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


def test_a_quarter_after_the_end_the_bytes_go_and_then_the_key(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    before = cast.file(NAME)
    assert before.sealed_key
    copy = {b.key for b in runtime.blobs.keys()}
    cast.clock.now = OVER + 15 * MINUTE - SECOND
    assert (cast.tick("filedrop.purge"), cast.tick("filedrop.keys")) == (0, 0)
    cast.clock.forward(seconds=1)
    assert cast.tick("filedrop.purge") == 1
    assert cast.tick("filedrop.keys") == 1
    assert list(runtime.blobs.keys()) == []
    assert copy == {before.blob_key}
    after = cast.file(NAME)
    assert (after.purged_at, after.sealed_key) == (cast.clock(), None)
    with pytest.raises(KeyDestroyed):
        runtime.keys.unseal(before.key_day, before.sealed_key, WHY)
    assert (cast.tick("filedrop.purge"), cast.tick("filedrop.keys")) == (0, 0)
    actions = [action for action, _ in cast.audited()][-2:]
    assert actions == ["file.purge", "key.destroy"]


def test_after_the_purge_the_owner_still_hears_when_it_went(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    cast.tick("filedrop.keys")
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open(f"{link}/download").status_code == 410
    assert "25-11-2026" in an.text


def test_the_same_version_can_be_placed_anew(cast: Cast, link: str) -> None:
    cast.clock.now = OVER
    assert cast.publish({NAME: b"anders"}).files == 1


def test_a_crash_after_the_claim_heals_after_ten_minutes(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    with runtime.transaction() as session:
        assert Clearing.of(session, runtime).claim_expired()
    assert cast.tick("filedrop.purge") == 0, "it is leased"
    cast.clock.forward(minutes=10, seconds=1)
    assert cast.tick("filedrop.purge") == 1


def test_a_crash_after_the_bytes_went_heals_too(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    with runtime.transaction() as session:
        (claimed,) = Clearing.of(session, runtime).claim_expired()
    runtime.blobs.delete(claimed.blob_key)
    cast.clock.forward(minutes=11)
    assert cast.tick("filedrop.purge") == 1
    assert len(cast.audited("file.purge")) == 1


def test_four_workers_purge_each_file_once(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 9)})
    cast.clock.now = OVER + 15 * MINUTE

    def work(_: int) -> int:
        return until_done(ticks.purge_some, runtime)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) >= 1
    assert list(runtime.blobs.keys()) == []
    assert len(cast.audited("file.purge")) == 8


def test_the_key_dies_within_the_day_even_when_the_store_does_not_answer(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    at(cast, KEY_DAY, 22, 59)
    assert cast.tick("filedrop.keys") == 0, "its file waits for the purge"
    at(cast, KEY_DAY, 23)
    assert cast.tick("filedrop.keys") == 1
    assert runtime.keys.days() == []


def test_when_the_clock_jumped_nothing_is_deleted(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    stopped = replace(runtime, watch=ClockWatch(cast.clock, lambda: 0.0))
    cast.clock.now = OVER + 15 * MINUTE
    for step in (ticks.purge_some, ticks.destroy_one_key, ticks.reconcile):
        caplog.clear()
        assert step(stopped) is False
        assert "ALARM the clock jumped" in caplog.text
    assert len(list(runtime.blobs.keys())) == 1
    assert runtime.keys.days() == [KEY_DAY]


def test_a_file_whose_row_ends_too_early_is_never_purged_too_early(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 30)})
    early = update(DroppedFile).where(DroppedFile.name != NAME)
    with runtime.transaction() as session:
        session.execute(early.values(expires_at=OVER - timedelta(days=3)))
        due = update(DroppedFile).where(DroppedFile.name == NAME)
        session.execute(
            due.values(retention_days=20, expires_at=OVER - timedelta(days=2))
        )
    cast.clock.now = OVER - timedelta(days=1)
    with caplog.at_level(logging.ERROR):
        assert cast.tick("filedrop.purge") == 1, "the refused ones hide nobody"
    assert "would be purged too early" in caplog.text
    assert cast.file(NAME).purged_at
    assert len(list(runtime.blobs.keys())) == 28


def test_a_key_that_a_living_file_needs_is_kept(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    longer = update(DroppedFile).values(expires_at=OVER + timedelta(days=1))
    with runtime.transaction() as session:
        session.execute(longer)
    at(cast, KEY_DAY, 23, 30)
    assert cast.tick("filedrop.keys") == 0
    assert "ALARM the key of 2026-11-25 is needed" in caplog.text


def test_orphans_are_swept_and_files_are_not(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    old, young = str(uuid4()), str(uuid4())
    for key in (old, young):
        runtime.blobs.put(key, [b"x"], new_data_key())
    root = runtime.settings.blob_folder
    part = next(root.glob("*/*")).parent / f"{uuid4()}.part"
    part.touch()
    ages = {old: 25, cast.file(NAME).blob_key: 48, part.name: 73, young: 1}
    for name, hours in ages.items():
        (path,) = root.glob(f"*/{name}")
        written = (cast.clock() - timedelta(hours=hours)).timestamp()
        os.utime(path, (written, written))
    cast.tick("filedrop.reconcile")
    assert {b.key for b in runtime.blobs.keys()} == {young, cast.file(NAME).blob_key}
    assert not part.exists()
    with pytest.raises(BlobMissing):
        runtime.blobs.open(old, new_data_key())
