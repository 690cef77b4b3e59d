"""A released draft waits for its hour: to be held back, to be let go, or stopped."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.db import audit
from app.db.session import won
from app.filedrop import hours
from app.filedrop.models import Draft, DraftFile, Upload, UploadRun
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_add import is_open, is_still
from app.filedrop.service_draft_review import Review
from app.filedrop.service_draft_view import Changed, DraftView, view_of
from app.kernel import tokens
from app.kernel.words import datum, uur
from app.runtime import Runtime

log = logging.getLogger("energiepost.filedrop")


class Seal(TypedDict):
    """The data key of one file of a draft, sealed under another day."""

    id: int
    key_day: date
    sealed_key: bytes


@dataclass(frozen=True)
class Departures:
    """Drafts that were released for an hour; never commits."""

    session: Session
    drafts: Drafts
    now: datetime

    @classmethod
    def of(
        cls, session: Session, runtime: Runtime, *, now: datetime | None = None
    ) -> "Departures":
        now = now or runtime.clock()
        drafts = Drafts(session, runtime.settings.timezone, now)
        return cls(session, drafts, now)

    def plan(
        self, review: Review, hour: datetime, seals: Collection[Seal], *, by: str
    ) -> list[str]:
        """Let it go at that hour; the blobs that unfinished uploads lose.

        Departing, AlreadyReleased or Changed if somebody was first.
        """
        draft = review.draft
        dies_at = hours.kept_until(draft.dies_at, hour)
        uploads = self._unfinished(draft)  # before the draft, as whoever ends one does
        claim = update(Draft).where(
            Draft.id == draft.key,
            Draft.release_id == draft.release_id,
            is_still(self.now),
        )
        planned = claim.values(
            leaves_at=hour,
            leaves_by=by,
            leaves_with=len(review.plan.fresh),
            dies_at=dies_at,
            stopped_at=None,
            stopped="",
        )
        if not won(self.session, planned):
            self.drafts.editable(draft.id)  # raises what became of it
            raise Changed(draft.id)
        self._reseal(seals)
        zone = self.drafts.zone
        told = f"{datum(zone, hour)} om {uur(zone, hour)} uur"
        self._record("draft.plan", draft.id, by=by, hour=told)
        return self._begin_anew(uploads, dies_at)

    def hold(
        self, public_id: str, release_id: str, seals: Collection[Seal], *, by: str
    ) -> None:
        """A draft again, of which nothing left; AlreadyReleased once it did.

        Changed if it waits no more, or for another release than the one shown.
        """
        draft = self.drafts.show(public_id)
        dies_at = hours.kept_after(draft.dies_at, self.now)
        uploads = self._unfinished(draft)
        claim = update(Draft).where(
            Draft.public_id == public_id,
            Draft.release_id == release_id,
            Draft.leaves_at.is_not(None),
            is_open(self.now),
        )
        held = claim.values(
            leaves_at=None,
            dies_at=dies_at,
            release_id=tokens.public_id(),
        )
        if not won(self.session, held):
            self.drafts.show(public_id)  # raises what became of it
            raise Changed(public_id)
        self._reseal(seals)
        self._go_under(uploads, dies_at)
        self._record("draft.hold", public_id, by=by)

    def due(self) -> list[DraftView]:
        """Those whose hour came, the oldest first; also what is past its time."""
        asked = select(Draft).where(
            Draft.leaves_at <= self.now,
            Draft.released_at.is_(None),
            Draft.discarded_at.is_(None),
        )
        found = self.session.scalars(asked.order_by(Draft.leaves_at, Draft.id))
        return [view_of(draft) for draft in found]

    def planned(self) -> list[DraftView]:
        """Those that wait for their hour, the next one first."""
        asked = select(Draft).where(Draft.leaves_at.is_not(None), is_open(self.now))
        found = self.session.scalars(asked.order_by(Draft.leaves_at, Draft.id))
        return [view_of(draft) for draft in found]

    def stop(self, draft: DraftView, why: str) -> None:
        """It does not leave; colleagues are told why, once."""
        claim = update(Draft).where(
            Draft.id == draft.key,
            Draft.release_id == draft.release_id,
            Draft.leaves_at.is_not(None),
            Draft.released_at.is_(None),
        )
        stopped = claim.values(
            leaves_at=None,
            dies_at=max(draft.dies_at, self.now),  # told of as long as its row stays
            stopped_at=draft.leaves_at,
            stopped=why[:400],
            release_id=tokens.public_id(),
        )
        if won(self.session, stopped):
            log.error("ALARM draft:%s did not leave at its hour", draft.id)
            self._record("draft.stop", draft.id, why=why)

    def stopped(self) -> list[DraftView]:
        """Those that did not leave, until somebody releases or discards them."""
        asked = select(Draft).where(
            Draft.stopped_at.is_not(None), Draft.released_at.is_(None)
        )
        found = self.session.scalars(asked.order_by(Draft.stopped_at, Draft.id))
        return [view_of(draft) for draft in found]

    def held_under(self, draft: DraftView) -> list[Seal]:
        """The seals of all that it holds, also of what does not go along."""
        columns = DraftFile.id, DraftFile.key_day, DraftFile.sealed_key
        rows = self.session.execute(
            select(*columns).where(DraftFile.draft_id == draft.key)
        )
        return [Seal(id=row[0], key_day=row[1], sealed_key=row[2]) for row in rows]

    def _reseal(self, seals: Collection[Seal]) -> None:
        if seals:
            self.session.execute(update(DraftFile), list(seals))

    def _unfinished(self, draft: DraftView) -> Sequence[int]:
        """Its uploads that are not all here, none of which gets a run meanwhile."""
        asked = select(Upload.id).where(
            Upload.draft_id == draft.key, Upload.ended_at.is_(None)
        )
        return self.session.scalars(asked.with_for_update()).all()

    def _begin_anew(self, uploads: Sequence[int], dies_at: datetime) -> list[str]:
        """They lose what came so far, and whoever writes them the right to."""
        runs = delete(UploadRun).where(UploadRun.upload_id.in_(uploads))
        spare = self.session.scalars(runs.returning(UploadRun.blob_key)).all()
        self._go_under(uploads, dies_at)
        return list(spare)

    def _go_under(self, uploads: Sequence[int], dies_at: datetime) -> None:
        """They have no bytes now; what comes is sealed under the draft's last day."""
        theirs = update(Upload).where(Upload.id.in_(uploads))
        day = self.drafts.day_of(dies_at)
        self.session.execute(theirs.values(key_day=day, writer=None))

    def _record(
        self, action: str, draft: str, *, by: str = audit.HOUSE, **told: str
    ) -> None:
        audit.record(self.session, action, f"draft:{draft}", at=self.now, by=by, **told)
