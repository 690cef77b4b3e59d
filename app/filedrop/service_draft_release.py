"""Releasing a draft, once: its keys sealed anew, no byte moved, rows and letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.db import audit
from app.db.session import won
from app.filedrop.models import Delivery, Draft, DraftFile
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_add import is_open
from app.filedrop.service_draft_letters import (
    Mailing,
    Recipient,
    letter_to,
    mailing,
)
from app.filedrop.service_draft_review import Held, Review, Reviewing, State
from app.filedrop.service_draft_view import Changed, Departing, DraftView
from app.filedrop.service_patience import Patience
from app.filedrop.service_plan import Planned
from app.filedrop.service_publish import Published, Publishing
from app.filedrop.service_stash import (
    Incoming,
    Sealed,
    key_day,
    placed,
    seal,
    taken_back,
)
from app.filedrop.service_upload import Uploads
from app.kernel.errors import Conflict, Full, Invalid
from app.runtime import Runtime
from notifier import Email
from storage import StoreFull

BUSY = Patience(5)  # to go on, not begin anew, when we asked for too many keys


class Unfinished(Conflict):
    """Uploads would be dropped of which whoever releases does not know, or say so."""

    def __init__(self, draft: str) -> None:
        super().__init__(
            "Niet alle uploads zijn af. Maak ze af, of vink aan dat je zonder die "
            "uploads vrijgeeft."
        )
        self.draft = draft


@dataclass(frozen=True)
class Releasing:
    """From a draft to a delivery; never commits."""

    session: Session
    publishing: Publishing
    reviewing: Reviewing
    now: datetime

    @classmethod
    def of(
        cls, session: Session, runtime: Runtime, *, now: datetime | None = None
    ) -> "Releasing":
        publishing = Publishing.of(session, runtime, now=now)
        drafts = Drafts(session, runtime.settings.timezone, publishing.now)
        reviewing = Reviewing(drafts, publishing.communities, publishing.lets_by)
        return cls(session, publishing, reviewing, publishing.now)

    def mailing(self, review: Review) -> Mailing:
        """Who would get what; nothing happens."""
        return mailing(self.publishing, review.plan)

    def letter_to(self, recipient: Recipient) -> Email:
        """What somebody would get, to look at."""
        return letter_to(self.publishing, recipient)

    def unfinished(self, public_id: str) -> list[str]:
        """The names of uploads that a release drops, for their bytes are not all here.

        What came in some other way meanwhile is not missed.
        """
        drafts = self.reviewing.drafts
        held = {name for name, _ in drafts.names(public_id)}
        uploads = Uploads(self.session, drafts, self.now).unfinished(public_id)
        return sorted({upload.name for upload in uploads} - held)

    def ready(
        self, public_id: str, release_id: str, *, by: str, without: str = ""
    ) -> Review:
        """The draft as it was shown, if nothing stands in the way.

        without: how many unfinished uploads may be dropped, as it was typed.
        """
        self.publishing.releaser(by)
        review = self.reviewing.review(public_id)
        if review.draft.is_departing:
            raise Departing(public_id)
        if review.draft.release_id != release_id:
            raise Changed(public_id)
        _check(review)
        dropped = len(self.unfinished(public_id))
        if dropped and without != str(dropped):
            raise Unfinished(public_id)
        return review

    def at_hour(self, draft: DraftView) -> Review:
        """The draft whose hour came, if all is still as it was released."""
        self.publishing.releaser(draft.leaves_by)
        review = self.reviewing.review(draft.id)
        if review.draft.release_id != draft.release_id:
            raise Changed(draft.id)
        _check(review)
        if (count := len(review.plan.fresh)) != draft.leaves_with:
            raise Conflict(
                "Het aantal bestanden veranderde: "
                f"{count} in plaats van {draft.leaves_with}."
            )
        return review

    def release(
        self, review: Review, incoming: Sequence[Incoming], *, by: str
    ) -> Published:
        """Once its hour came; AlreadyReleased or Changed if somebody was first."""
        draft = review.draft
        claim = update(Draft).where(
            Draft.id == draft.key,
            Draft.release_id == draft.release_id,
            Draft.leaves_at <= self.now,
            is_open(self.now),
        )
        if not won(self.session, claim.values(released_at=self.now)):
            self.reviewing.drafts.show(draft.id)  # raises what became of it
            raise Changed(draft.id)
        done = self.publishing.publish(incoming, by=self.publishing.releaser(by))
        self._settle(draft.key, done.delivery, incoming)
        audit.record(
            self.session,
            "draft.release",
            f"draft:{draft.id}",
            at=self.now,
            by=by,
            delivery=done.delivery,
        )
        return done

    def _settle(self, draft: int, delivery: str, incoming: Sequence[Incoming]) -> None:
        """What was placed is no longer the draft's; the tick clears the rest."""
        asked = select(Delivery.id).where(Delivery.public_id == delivery)
        self.session.execute(
            update(Draft)
            .where(Draft.id == draft)
            .values(delivery_id=self.session.scalar(asked))
        )
        moved = [i.blob_key for i in incoming]
        self.session.execute(
            delete(DraftFile).where(
                DraftFile.draft_id == draft, DraftFile.blob_key.in_(moved)
            )
        )


def released(runtime: Runtime, review: Review, *, now: datetime, by: str) -> Published:
    """The whole of a release: keys and copies first, then rows and letters together."""
    copies: list[Incoming] = []
    with taken_back(runtime, copies):
        incoming = _resealed(runtime, review, copies, now=now)
    with runtime.transaction() as session, taken_back(runtime, copies):
        releasing = Releasing.of(session, runtime, now=now)
        return releasing.release(review, incoming, by=by)


def _check(review: Review) -> None:
    """Invalid if something stands in the way."""
    if review.count(State.BLOCKED):
        raise Invalid("Er zijn nog geblokkeerde bestanden.")
    if review.count(State.CHECKING):
        raise Invalid("De virusscanner heeft nog niet alle bestanden nagekeken.")
    if not review.plan.fresh:
        raise Invalid("Er is niets nieuws om vrij te geven.")


def _resealed(
    runtime: Runtime, review: Review, copies: list[Incoming], *, now: datetime
) -> list[Incoming]:
    """Each data key under the day on which the file will expire, before any row.

    A document for several communities keeps its blob for the first; what is copied
    for the others is noted in copies, to be taken back when no row will come.
    """
    day, moved = key_day(now, runtime.settings), set[str]()
    incoming = []
    for planned in review.plan.fresh:
        if planned.file.blob_key in moved:
            copies.append(_copied(runtime, planned, now))
            incoming.append(copies[-1])
            continue
        moved.add(planned.file.blob_key)
        file = planned.file
        sealed_key = runtime.keys.seal(day, _data_key(runtime, file))
        sealed = Sealed(file.sums, file.blob_key, sealed_key)
        incoming.append(placed(sealed, planned, file.finding))
    return incoming


def _copied(runtime: Runtime, planned: Planned[Held], now: datetime) -> Incoming:
    try:
        day = key_day(now, runtime.settings)
        sealed = seal(runtime, _opened(runtime, planned.file), day=day)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets geplaatst."
        ) from full
    return placed(sealed, planned, planned.file.finding)


def _opened(runtime: Runtime, file: Held) -> Iterator[bytes]:
    return runtime.blobs.open(file.blob_key, _data_key(runtime, file))


def _data_key(runtime: Runtime, file: Held) -> bytes:
    reason = f"draft.release file:{file.id}"
    return BUSY.until(
        lambda: runtime.keys.unseal(file.key_day, file.sealed_key, reason)
    )
