"""What time asks: reminders, purges, the end of a day's key, store against rows."""

import logging
from datetime import timedelta

from app.filedrop import upkeep
from app.filedrop.service_clear import Clearing
from app.filedrop.service_draft_clear import ClearingDrafts
from app.filedrop.service_leave import let_go
from app.filedrop.service_receipts import Receipts
from app.filedrop.service_remind import Reminding
from app.filedrop.service_scan import Scanning, look_into, looks
from app.module import Tick
from app.runtime import Runtime

log = logging.getLogger("energiepost.filedrop")


def release_one(runtime: Runtime) -> bool:
    """Let a delivery go whose hour came; not if only the clock ran there."""
    return not runtime.watch.has_jumped() and let_go(runtime)


def remind_one(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        return Reminding.of(session, runtime).remind_one()


def scan_one(runtime: Runtime) -> bool:
    """Show one file to the scanner; one that does not answer is left alone a while."""
    if not looks(runtime):
        return False
    with runtime.transaction() as session:
        suspect = Scanning.of(session, runtime).claim()
    if suspect is None:
        return False
    verdict = look_into(runtime, suspect)
    with runtime.transaction() as session:
        scanning = Scanning.of(session, runtime)
        if verdict is None:
            scanning.put_off(suspect)
        else:
            scanning.settle(suspect, verdict)
    return verdict is not None and not verdict.is_outage


def purge_some(runtime: Runtime) -> bool:
    """Delete the bytes of some files that are over; refuse when the clock ran away."""
    if not _clock_is_sane(runtime):
        return False
    with runtime.transaction() as session:
        files = Clearing.of(session, runtime).claim_expired()
    purged: list[int] = []
    try:
        for file in files:
            runtime.blobs.delete(file.blob_key)
            purged.append(file.id)
    finally:  # one that cannot be deleted keeps its lease, and no other behind it
        untouched = [file.id for file in files[len(purged) + 1 :]]
        with runtime.transaction() as session:
            clearing = Clearing.of(session, runtime)
            clearing.mark_purged(purged)
            clearing.free(untouched)
    return bool(files)


def clear_drafts(runtime: Runtime) -> bool:
    """Delete some of the bytes that drafts left behind."""
    if not _clock_is_sane(runtime):
        return False
    with runtime.transaction() as session:
        blob_keys = ClearingDrafts.of(session, runtime).leftovers()
    for key in blob_keys:
        runtime.blobs.delete(key)
    with runtime.transaction() as session:
        ClearingDrafts.of(session, runtime).forget(blob_keys)
    return bool(blob_keys)


def destroy_one_key(runtime: Runtime) -> bool:
    """Destroy the key of a day that is over: nothing of that day comes back."""
    return _clock_is_sane(runtime) and upkeep.destroy_one_key(runtime)


def reconcile(runtime: Runtime) -> bool:
    """Hold store and rows against each other, and mend what is safe to mend."""
    if _clock_is_sane(runtime):
        upkeep.reconcile(runtime)
    return False


def forget(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        Clearing.of(session, runtime).forget()
        Receipts.of(session, runtime).forget()
    return False


def _clock_is_sane(runtime: Runtime) -> bool:
    if runtime.watch.has_jumped():
        log.error("ALARM the clock jumped by more than an hour: nothing is deleted")
        return False
    return True


TICKS = (
    Tick("filedrop.release", timedelta(seconds=5), release_one),
    Tick("filedrop.remind", timedelta(minutes=5), remind_one),
    Tick("filedrop.scan", timedelta(seconds=5), scan_one),
    Tick("filedrop.purge", timedelta(minutes=5), purge_some),
    Tick("filedrop.drafts", timedelta(minutes=5), clear_drafts),
    Tick("filedrop.keys", timedelta(minutes=15), destroy_one_key),
    Tick("filedrop.reconcile", timedelta(hours=24), reconcile),
    Tick("filedrop.forget", timedelta(hours=24), forget),
)
