"""Drafts: deliveries in the making, shared by colleagues, until released or dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import audit
from app.filedrop import rules
from app.filedrop.hours import LIVES
from app.filedrop.models import Delivery, Draft, DraftFile
from app.filedrop.rules import Kind
from app.filedrop.service_draft_add import (
    Claimed,
    Values,
    claimed,
    is_open,
    is_still,
    last_moment,
    put_in,
)
from app.filedrop.service_draft_view import (
    AlreadyReleased,
    Departing,
    DraftView,
    view_of,
)
from app.filedrop.service_stash import Sealed
from app.kernel import tokens
from app.kernel.errors import Conflict, Gone, NotFound
from app.runtime import Runtime

FRESH = {"populate_existing": True}
Names = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Drafts:
    """What colleagues do with a draft; never commits."""

    session: Session
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Drafts":
        return cls(session, runtime.settings.timezone, runtime.clock())

    def make(self, kind: Kind, *, by: str) -> str:
        """A new draft, and two days to finish it."""
        draft = Draft(
            public_id=tokens.public_id(),
            by=by,
            kind=kind,
            made_at=self.now,
            dies_at=self.now + LIVES,
            release_id=tokens.public_id(),
            reason="",
        )
        self.session.add(draft)
        self.record("draft.make", draft.public_id, by)
        return draft.public_id

    def open_ones(self) -> list[DraftView]:
        """Those that somebody can go on with, the newest first."""
        asked = (
            select(Draft, func.count(DraftFile.id), func.sum(DraftFile.size))
            .outerjoin(DraftFile, DraftFile.draft_id == Draft.id)
            .where(is_open(self.now))
            .group_by(Draft.id)
            .order_by(Draft.made_at.desc(), Draft.id.desc())
        )
        rows = self.session.execute(asked)
        return [view_of(row[0], row[1], row[2] or 0) for row in rows]

    def show(self, public_id: str) -> DraftView:
        """The draft, if it is still one."""
        draft = self._find(public_id)
        asked = select(func.count(DraftFile.id), func.sum(DraftFile.size))
        row = self.session.execute(asked.where(DraftFile.draft_id == draft.id)).one()
        return view_of(draft, row[0], row[1] or 0)

    def editable(self, public_id: str) -> DraftView:
        """The draft, if it takes changes; Departing while it waits for its hour."""
        self._still(public_id)
        return self.show(public_id)

    def names(self, public_id: str) -> Names:
        """What it holds so far, by name and size."""
        draft = self._find(public_id)
        asked = select(DraftFile.name, DraftFile.size)
        rows = self.session.execute(asked.where(DraftFile.draft_id == draft.id))
        return [(row[0], row[1]) for row in rows]

    def key_day(self, public_id: str) -> date:
        """The local day on which it dies: its files are sealed under that."""
        moment = last_moment(self.session, public_id, self.now)
        return self.day_of(moment or self._still(public_id).dies_at)

    def add(
        self, public_id: str, name: str, sealed: Sealed, *, day: date, by: str
    ) -> bool:
        """Whether it is new in the draft; Conflict if the name is another file's.

        day: under whose key it was sealed, while its bytes came.
        """
        draft = claimed(self.session, public_id, self.now) or self._still(public_id)
        if day != self.day_of(draft.dies_at):
            raise Conflict(
                "De bewaartijd van dit concept veranderde intussen. "
                "Stuur het bestand opnieuw."
            )
        most = 1 if draft.kind == Kind.ADHOC else rules.MOST_FILES
        if put_in(self.session, self._row(draft, name, sealed, by), below=most):
            self.record("draft.add", public_id, by, file=name)
            return True
        there, count = self._look(draft.id, name)
        if there is None:
            check_room(draft.kind, count)
        elif there != sealed.sums.sha256:
            raise Conflict(
                "Er staat al een ander bestand met deze naam in dit concept; "
                "verwijder dat eerst."
            )
        return False

    def discard(self, public_id: str, *, by: str) -> None:
        """Over before its time; the tick clears what it held."""
        draft = self.change(public_id)
        draft.discarded_at, draft.stopped_at = self.now, None
        self.record("draft.discard", public_id, by)

    def change(self, public_id: str) -> Draft:
        """Ours until the commit; who looked before then sees that it changed."""
        claim = update(Draft).where(Draft.public_id == public_id, is_still(self.now))
        renewed = claim.values(release_id=tokens.public_id()).returning(Draft)
        return self.session.scalar(renewed, execution_options=FRESH) or self._still(
            public_id
        )

    def record(self, action: str, draft: str, by: str, **details: str) -> None:
        audit.record(
            self.session, action, f"draft:{draft}", at=self.now, by=by, **details
        )

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _find(self, public_id: str) -> Draft:
        """The draft that is open; what became of it otherwise."""
        asked = select(Draft, Delivery.public_id).outerjoin(
            Delivery, Delivery.id == Draft.delivery_id
        )
        found = self.session.execute(
            asked.where(Draft.public_id == public_id),
            execution_options=FRESH,
        ).one_or_none()
        if found is None:
            raise NotFound
        draft, delivery = found
        if draft.released_at:
            raise AlreadyReleased(delivery)
        if draft.discarded_at or draft.dies_at <= self.now:
            raise Gone("Dit concept is weggegooid of ouder dan 48 uur.")
        found_draft: Draft = draft
        return found_draft

    def _still(self, public_id: str) -> Draft:
        """The draft that takes changes; what became of it otherwise."""
        draft = self._find(public_id)
        if draft.leaves_at:
            raise Departing(public_id)
        return draft

    def _look(self, draft: int, name: str) -> tuple[str | None, int]:
        """The digest of its file of that name, and how many files it holds."""
        theirs = DraftFile.draft_id == draft
        digest = select(DraftFile.sha256).where(theirs, DraftFile.name == name)
        count = select(func.count()).select_from(DraftFile).where(theirs)
        asked = select(digest.scalar_subquery(), count.scalar_subquery())
        found = self.session.execute(asked).one()
        return found[0], found[1]

    def _row(
        self, draft: Draft | Claimed, name: str, sealed: Sealed, by: str
    ) -> Values:
        return {
            "public_id": tokens.public_id(),
            "draft_id": draft.id,
            "name": name,
            "size": sealed.sums.size,
            "sha256": sealed.sums.sha256,
            "crc32": sealed.sums.crc32,
            "blob_key": sealed.blob_key,
            "sealed_key": sealed.sealed_key,
            "key_day": self.day_of(draft.dies_at),
            "chosen": [],
            "is_set_aside": False,
            "uploaded_at": self.now,
            "uploaded_by": by,
        }


def check_room(kind: str, count: int) -> None:
    """Conflict if a draft of that kind takes no file beside those it holds."""
    if count and kind == Kind.ADHOC:
        raise Conflict("Een ad-hocbericht is één document; er staat er al een.")
    if count >= rules.MOST_FILES:
        raise Conflict(f"Een levering telt hoogstens {rules.MOST_FILES} bestanden.")
