"""A released draft at its hour, or held back before: what takes keys besides rows."""

import logging
from collections.abc import Collection
from datetime import datetime

from app.filedrop import hours
from app.filedrop.service_departure import Departures, Seal
from app.filedrop.service_draft_release import Releasing, released
from app.filedrop.service_draft_view import Changed, Closed, DraftView
from app.kernel.errors import AppError
from app.runtime import Runtime
from storage import BlobDamaged, BlobMissing, KeyDestroyed, StorageError

log = logging.getLogger("energiepost.filedrop")
LOST = "De inhoud van een bestand is niet meer leesbaar."
TOO_LATE = (
    "De achtergrondtaken lagen stil tot het concept verlopen was. "
    "Maak de levering opnieuw."
)


def resealed(runtime: Runtime, draft: DraftView, dies_at: datetime) -> list[Seal]:
    """Its data keys under the day on which it will die, if that is another one."""
    with runtime.reading() as session:
        departures = Departures.of(session, runtime)
        seals, day = departures.held_under(draft), departures.drafts.day_of(dies_at)

    def moved(seal: Seal) -> Seal:
        reason = f"draft.plan file:{seal['id']}"
        data_key = runtime.keys.unseal(seal["key_day"], seal["sealed_key"], reason)
        sealed_key = runtime.keys.seal(day, data_key)
        return Seal(id=seal["id"], key_day=day, sealed_key=sealed_key)

    return [moved(seal) for seal in seals if seal["key_day"] != day]


def held_back(
    runtime: Runtime, draft: DraftView, release_id: str, *, now: datetime, by: str
) -> None:
    """A draft again, whether the keys are there, and fit, or not.

    Without them its files stay under the day that they were moved to, which is later.
    """
    seals: Collection[Seal] = ()
    try:
        seals = resealed(runtime, draft, hours.kept_after(draft.dies_at, now))
    except StorageError:
        log.warning("draft:%s is held back without its keys", draft.id)
    with runtime.transaction() as session:
        departures = Departures.of(session, runtime, now=now)
        departures.hold(draft.id, release_id, seals, by=by)


def let_go(runtime: Runtime) -> bool:
    """Release one draft whose hour came, or say why not; whether there was one.

    One that cannot be tried just now keeps none behind it.
    """
    now = runtime.clock()
    with runtime.reading() as session:
        due = Departures.of(session, runtime, now=now).due()
    return any(_is_settled(runtime, draft, now) for draft in due)


def _is_settled(runtime: Runtime, draft: DraftView, now: datetime) -> bool:
    """Whether it left, or stopped; False if the next beat has to try again."""
    try:
        why = _released(runtime, draft, now)
        if why:
            with runtime.transaction() as session:
                Departures.of(session, runtime, now=now).stop(draft, why)
    except Exception:
        alarm = "ALARM " if draft.is_late(now) else ""
        log.exception("%sdraft:%s cannot leave now", alarm, draft.id)
        return False
    return True


def _released(runtime: Runtime, draft: DraftView, now: datetime) -> str:
    """Why it cannot leave; nothing if it left, or if somebody else was first."""
    if draft.dies_at <= now:
        return TOO_LATE
    try:
        with runtime.reading() as session:
            review = Releasing.of(session, runtime, now=now).at_hour(draft)
        released(runtime, review, now=now, by=draft.leaves_by)
    except (Closed, Changed):
        return ""
    except AppError as refused:
        return refused.sentence or type(refused).__name__
    except (BlobMissing, BlobDamaged, KeyDestroyed):
        return LOST
    return ""
