"""Bytes before rows: sealed into the store, and taken back when no row will come."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from app.filedrop import rules
from app.filedrop.intake import Digest
from app.filedrop.service_plan import Plan, Planned
from app.kernel.errors import Conflict, Full, Invalid
from app.runtime import Runtime
from app.settings import Settings
from storage import StoreFull, new_data_key


@dataclass(frozen=True)
class Incoming:
    """A file whose bytes are sealed in the store, and that no row points at yet."""

    planned: Planned
    digest: Digest
    blob_key: str
    sealed_key: bytes


def stash(runtime: Runtime, plan: Plan, *, now: datetime) -> list[Incoming]:
    """Seal the bytes of the fresh files, before any transaction; or leave nothing."""
    stashed: list[Incoming] = []
    with taken_back(runtime, stashed):
        for planned in plan.fresh:
            stashed.append(_sealed(runtime, planned, now))  # noqa: PERF401 - seen above
    return stashed


@contextmanager
def taken_back(runtime: Runtime, stashed: Sequence[Incoming]) -> Iterator[None]:
    """Whatever goes wrong within: the blobs go too.

    Never around a commit: one that fails may have happened, and the sweep tells.
    """
    try:
        yield
    except BaseException:
        _discard(runtime, stashed)
        raise


def key_day(now: datetime, settings: Settings) -> date:
    """The local day on which a file posted now expires."""
    expires_at = rules.expiry(now, zone=settings.timezone, days=settings.retention_days)
    return expires_at.astimezone(settings.timezone).date()


def _sealed(runtime: Runtime, planned: Planned, now: datetime) -> Incoming:
    file, digest = planned.file, Digest()
    data_key, blob_key = new_data_key(), str(uuid4())
    try:
        sealed_key = runtime.keys.seal(key_day(now, runtime.settings), data_key)
        runtime.blobs.put(blob_key, digest.over(file.path), data_key)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets geplaatst."
        ) from full
    except Invalid as unfit:
        raise Invalid(f"{file.name}: {unfit.sentence}") from unfit
    incoming = Incoming(planned, digest, blob_key, sealed_key)
    if digest.sha256 != file.sha256:
        _discard(runtime, [incoming])
        raise Conflict(f"{file.name}: het bestand veranderde tijdens het inlezen.")
    return incoming


def _discard(runtime: Runtime, stashed: Iterable[Incoming]) -> None:
    for incoming in stashed:
        runtime.blobs.delete(incoming.blob_key)
