"""Store against rows, and every byte against its seal: what nobody asks to see."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256

from app.filedrop import rules
from app.filedrop.service_clear import Clearing
from app.filedrop.service_days import DeadDays
from app.filedrop.service_patience import Patience
from app.filedrop.service_reconcile import Kept, Reconciling
from app.runtime import Runtime
from storage import BlobMissing, KeysAway, StorageError
from storage.meter import Pace

log = logging.getLogger("energiepost.filedrop")
ORPHAN = timedelta(days=1)
STANDS_STILL = timedelta(days=3)  # a draft lives two: until then it may be resumed
AT_ONCE = 500
ALONE = Patience(600)  # nobody looks on; a key service that starts anew is back by then
A_SECOND = 20  # files: whoever holds the keys has others to serve meanwhile


@dataclass(frozen=True)
class Findings:
    """Where store and rows did not agree; refused: too much for a mistake.

    papers: kept for years, and gone; nobody can place those anew.
    """

    orphans: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    overdue: list[date] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verified:
    """How much was read, and what could not be read as it was put."""

    files: int
    bytes: int
    damaged: list[str]


def destroy_one_key(runtime: Runtime) -> bool:
    """Destroy the key of a day that is over, then certify it; whether there was one.

    A crash between the two destroys again at the next turn, which is no error; nor
    is another process that does the same at once.
    """
    with runtime.reading() as session:  # before the keys: what died by now has none
        days = DeadDays.of(session, runtime)
        over, dead = days.uncertified(), days.certified()
    for day in sorted(over.union(runtime.keys.days())):
        with runtime.reading() as session:
            may_go = Clearing.of(session, runtime).may_destroy(day)
        if may_go:
            if day in dead:
                log.error("ALARM the key of %s had come back: destroyed again", day)
            with runtime.transaction() as session:
                DeadDays.of(session, runtime).begin_end(day)
            runtime.keys.destroy_day(day)
            with runtime.transaction() as session:
                DeadDays.of(session, runtime).certify(day, again=day in dead)
            return True
    return False


def reconcile(
    runtime: Runtime, *, dry_run: bool = False, anyhow: bool = False
) -> Findings:
    """Hold store and rows against each other; mend what is safe, tell the rest.

    anyhow: also when so much is missing that the store or the rows may be the wrong
    ones: a disk that is not mounted, a database of last week.
    """
    with runtime.reading() as session:  # before the store: what comes now, lies there
        reconciling = Reconciling.of(session, runtime)
        kept, lost = reconciling.kept(), reconciling.lost()
        papers = reconciling.papers()
    stored = {blob.key: blob.written_at for blob in runtime.blobs.keys()}
    before = runtime.clock() - ORPHAN
    old = [key for key, written_at in stored.items() if written_at < before]
    findings = Findings(
        orphans=_orphans(runtime, old),
        lost=[file.about for file in kept if file.blob_key not in stored],
        found=[file.about for file in lost if file.blob_key in stored],
        papers=_lost_papers(runtime, papers - stored.keys()),
        overdue=_overdue(runtime),
    )
    if not rules.is_mishap(len(findings.orphans), of=len(old)) and not anyhow:
        findings.refused.append("orphans")
    if not rules.is_mishap(len(findings.lost), of=len(kept)) and not anyhow:
        findings.refused.append("lost")
    if not dry_run:
        _mend(runtime, findings, {file.about: file for file in (*kept, *lost)})
        runtime.blobs.sweep(before=runtime.clock() - STANDS_STILL)
        while destroy_one_key(runtime):
            pass
    return findings


def verify(runtime: Runtime, pace: Pace, *, patience: Patience = ALONE) -> Verified:
    """Read and prove all that lives, no faster than the pace; nothing is changed.

    Whoever holds the keys may be away for a while; KeysAway when it stays away.
    """
    patience = replace(patience, tell=cache(patience.tell))  # once, however many wait
    with runtime.reading() as session:
        kept = Reconciling.of(session, runtime).kept()
    damaged, count = [], 0
    for file in kept:
        whole = _is_whole(runtime, file, pace, patience)
        count += file.size
        if not whole and _is_kept(runtime, file):
            log.error("ALARM %s cannot be read as it was put", file.about)
            damaged.append(file.about)
    return Verified(len(kept), count, damaged)


def _orphans(runtime: Runtime, old: list[str]) -> list[str]:
    """Blobs that no row points at, a day after they were put."""
    found: list[str] = []
    for start in range(0, len(old), AT_ONCE):
        keys = old[start : start + AT_ONCE]
        with runtime.reading() as session:
            found += set(keys) - Clearing.of(session, runtime).known_blobs(keys)
    return sorted(found)


def _lost_papers(runtime: Runtime, missing: Iterable[str]) -> list[str]:
    """Those that still have to be there: the list of the store is not of this moment.

    A contract may have been forgotten since, and its paper with it.
    """
    return [
        f"paper:{key}"
        for key in sorted(missing)
        if not _is_stored(runtime, key) and _is_paper(runtime, key)
    ]


def _is_stored(runtime: Runtime, key: str) -> bool:
    try:
        runtime.blobs.size(key)
    except BlobMissing:
        return False
    return True


def _is_paper(runtime: Runtime, key: str) -> bool:
    with runtime.reading() as session:
        return Reconciling.of(session, runtime).is_paper(key)


def _overdue(runtime: Runtime) -> list[date]:
    """Days that are over, and whose key still lies there: put back, or kept."""
    today = runtime.clock().astimezone(runtime.settings.timezone).date()
    return [day for day in runtime.keys.days() if day < today]


def _mend(runtime: Runtime, findings: Findings, files: dict[str, Kept]) -> None:
    for what in findings.refused:
        log.error("ALARM so much is %s that nothing was done: look first", what)
    if "orphans" not in findings.refused:
        for key in findings.orphans:
            log.warning("blob %s belongs to no file: deleted", key)
            runtime.blobs.delete(key)
    if "lost" not in findings.refused:
        for about in findings.lost:
            _lose(runtime, files[about])
    for about in findings.papers:
        log.error("ALARM the bytes of %s are gone: put them back from a backup", about)
    for about in findings.found:
        with runtime.transaction() as session:
            Reconciling.of(session, runtime).find(files[about])


def _lose(runtime: Runtime, file: Kept) -> None:
    """Once more, for the list of the store may have been older than a release."""
    if not _is_stored(runtime, file.blob_key):
        with runtime.transaction() as session:
            Reconciling.of(session, runtime).lose(file)


def _is_whole(runtime: Runtime, file: Kept, pace: Pace, patience: Patience) -> bool:
    digest = sha256()
    pace.spend(pace.a_second / A_SECOND)
    try:
        for piece in _opened(runtime, file, patience):
            digest.update(piece)
            pace.spend(len(piece))
    except KeysAway:
        raise  # nothing is known of the file
    except StorageError:
        return False
    return digest.hexdigest() == file.sha256


def _opened(runtime: Runtime, file: Kept, patience: Patience) -> Iterator[bytes]:
    """The bytes, once whoever holds the keys has time for us."""

    def key() -> bytes:
        reason = f"storage.verify {file.about}"
        return runtime.keys.unseal(file.key_day, file.sealed_key, reason)

    return runtime.blobs.open(file.blob_key, patience.until(key))


def _is_kept(runtime: Runtime, file: Kept) -> bool:
    with runtime.reading() as session:
        return Reconciling.of(session, runtime).is_kept(file)
