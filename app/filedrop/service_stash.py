"""Bytes before rows: sealed into the store, and taken back when no row will come."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from app.filedrop import rules
from app.filedrop.intake import Candidate, Digest, Found, Sums, pieces_of
from app.filedrop.service_plan import Plan, Planned
from app.kernel.errors import Conflict, Full, Invalid
from app.runtime import Runtime
from app.settings import Settings
from storage import Piece, StoreFull, new_data_key
from storage.scanner import Finding, Verdict

AT_ONCE = 4


@dataclass(frozen=True)
class Sealed:
    """Bytes that lie sealed in the store, and that no row points at yet."""

    sums: Sums
    blob_key: str
    sealed_key: bytes
    finding: Finding = field(default=Finding.UNSCANNED, kw_only=True)


@dataclass(frozen=True)
class Incoming(Sealed):
    """Those of a file that has a place."""

    planned: Planned[Candidate]


def stash(runtime: Runtime, plan: Plan[Found], *, now: datetime) -> list[Incoming]:
    """Seal the bytes of the fresh files, before any transaction; or leave nothing."""
    stashed: list[Incoming] = []

    def seal_one(planned: Planned[Found]) -> None:
        stashed.append(_sealed(runtime, planned, now))

    # a disk that syncs one file can sync its neighbours meanwhile
    with taken_back(runtime, stashed), ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(seal_one, plan.fresh))  # the first refusal cancels the rest
    return sorted(stashed, key=lambda incoming: incoming.planned.slot)


def placed(sealed: Sealed, planned: Planned[Candidate], finding: Finding) -> Incoming:
    """Sealed bytes with their place, and what the scanner found in them."""
    sums, blob_key, sealed_key = sealed.sums, sealed.blob_key, sealed.sealed_key
    return Incoming(sums, blob_key, sealed_key, planned, finding=finding)


@contextmanager
def taken_back(runtime: Runtime, stashed: Sequence[Sealed]) -> Iterator[None]:
    """Whatever goes wrong within: the blobs go too.

    Never around a commit: one that fails may have happened, and the sweep tells.
    """
    try:
        yield
    except BaseException:
        _discard(runtime, stashed)
        raise


def seal(runtime: Runtime, pieces: Iterable[Piece], *, day: date) -> Sealed:
    """Seal the bytes as they come, under a key of their own, and that under the day's.

    StoreFull when there is no room; Invalid when they are none, or too many.
    """
    digest, data_key, blob_key = Digest(), new_data_key(), str(uuid4())
    sealed_key = runtime.keys.seal(day, data_key)
    runtime.blobs.put(blob_key, digest.over(pieces), data_key)
    return Sealed(digest.sums, blob_key, sealed_key)


def key_day(now: datetime, settings: Settings) -> date:
    """The local day on which a file posted now expires."""
    expires_at = rules.expiry(now, zone=settings.timezone, days=settings.retention_days)
    return expires_at.astimezone(settings.timezone).date()


def _sealed(runtime: Runtime, planned: Planned[Found], now: datetime) -> Incoming:
    file, day = planned.file, key_day(now, runtime.settings)
    try:
        sealed = seal(runtime, pieces_of(file.path), day=day)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets geplaatst."
        ) from full
    except Invalid as unfit:
        raise Invalid(f"{file.name}: {unfit.sentence}") from unfit
    with taken_back(runtime, [sealed]):
        if sealed.sums.sha256 != file.sha256:
            raise Conflict(f"{file.name}: het bestand veranderde tijdens het inlezen.")
        return placed(sealed, planned, _finding(runtime, sealed, file.name, day))


def _finding(runtime: Runtime, sealed: Sealed, name: str, day: date) -> Finding:
    """What was found, if the scanner lets that by; or Invalid."""
    verdict = _verdict(runtime, sealed, day)
    if verdict.finding not in runtime.scanner.lets_by:
        raise Invalid(f"{name}: {_refusal(verdict)}; er is niets geplaatst.")
    return verdict.finding


def _verdict(runtime: Runtime, sealed: Sealed, day: date) -> Verdict:
    """What the scanner says of what lies in the store: those bytes go out."""

    def opened() -> Iterator[bytes]:
        reason = f"file.scan blob:{sealed.blob_key}"
        data_key = runtime.keys.unseal(day, sealed.sealed_key, reason)
        yield from runtime.blobs.open(sealed.blob_key, data_key)

    return runtime.scanner.check(opened())


def _refusal(verdict: Verdict) -> str:
    if verdict.finding is Finding.INFECTED:
        return f"de virusscanner vond {verdict.why}"
    if verdict.is_outage:
        return "de virusscanner antwoordt niet"
    return "de virusscanner kan dit bestand niet controleren"


def _discard(runtime: Runtime, stashed: Iterable[Sealed]) -> None:
    for sealed in stashed:
        runtime.blobs.delete(sealed.blob_key)
