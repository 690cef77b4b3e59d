"""Placing a file anew while it lives: its last days begin again, linked to the old."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.communities.service import Known
from app.db import audit
from app.db.session import won
from app.filedrop import rules
from app.filedrop.intake import Sums
from app.filedrop.models import Delivery, DroppedFile
from app.filedrop.service_draft_review import Held
from app.filedrop.service_plan import Planned
from app.filedrop.service_publish import Published, Publishing
from app.filedrop.service_stash import Incoming, key_day, placed, seal
from app.kernel.errors import Conflict, Full, Gone, NotFound
from app.runtime import Runtime
from storage import StoreFull
from storage.scanner import Finding


@dataclass(frozen=True)
class PlacingAgain:
    """Writes into the transaction; never commits."""

    session: Session
    publishing: Publishing
    now: datetime

    @classmethod
    def of(
        cls, session: Session, runtime: Runtime, *, now: datetime | None = None
    ) -> "PlacingAgain":
        publishing = Publishing.of(session, runtime, now=now)
        return cls(session, publishing, publishing.now)

    def look(self, delivery_id: str, file_id: str) -> Planned[Held]:
        """The file as it would go again; Gone once it is over, Conflict if it did."""
        asked = (
            select(DroppedFile)
            .join(Delivery, Delivery.id == DroppedFile.delivery_id)
            .where(Delivery.public_id == delivery_id, DroppedFile.public_id == file_id)
        )
        file = self.session.scalar(asked)
        if file is None:
            raise NotFound
        if not self._is_whole(file):
            raise Gone("Dit bestand is niet meer beschikbaar: lever het opnieuw aan.")
        if file.slot is None:
            raise _again()
        known = self.publishing.communities.by_id({file.community_id})
        community = known[file.community_id]
        return Planned(_held(file, community), community, file.slot, is_there=False)

    def place(self, planned: Planned[Held], copy: Incoming, *, by: str) -> Published:
        """A delivery of its own, once; the old posting keeps its own last day."""
        # the place in the month goes over to the new posting, to whoever is first
        claim = update(DroppedFile).where(
            DroppedFile.public_id == planned.file.id,
            DroppedFile.slot == planned.slot,
            DroppedFile.expires_at > self.now,
        )
        if not won(self.session, claim.values(slot=None)):
            raise _again()
        done = self.publishing.publish([copy], by=self.publishing.releaser(by))
        linked = update(DroppedFile).where(DroppedFile.blob_key == copy.blob_key)
        self.session.execute(linked.values(again_of=planned.file.id))
        audit.record(
            self.session,
            "file.again",
            f"file:{planned.file.id}",
            at=self.now,
            by=by,
            delivery=done.delivery,
        )
        return done

    def _is_whole(self, file: DroppedFile) -> bool:
        is_there = file.purged_at is None and file.lost_at is None
        return is_there and rules.is_available(expires_at=file.expires_at, now=self.now)


def copied(runtime: Runtime, planned: Planned[Held], *, now: datetime) -> Incoming:
    """Its bytes once more, sealed under the day on which the new posting ends."""
    file, day = planned.file, key_day(now, runtime.settings)
    data_key = runtime.keys.unseal(
        file.key_day, file.sealed_key, f"file.again file:{file.id}"
    )
    try:
        sealed = seal(runtime, runtime.blobs.open(file.blob_key, data_key), day=day)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets geplaatst."
        ) from full
    return placed(sealed, planned, file.finding)


def _again() -> Conflict:
    return Conflict("Dit bestand is al opnieuw geplaatst.")


def _held(file: DroppedFile, community: Known) -> Held:
    if file.sealed_key is None:
        raise NotFound
    return Held(
        name=file.name,
        label=rules.label_of(file.name),
        community=community.number,
        reason=file.reason,
        sha256=file.sha256,
        id=file.public_id,
        sums=Sums(file.size, file.crc32, file.sha256),
        blob_key=file.blob_key,
        sealed_key=file.sealed_key,
        key_day=file.key_day,
        is_chosen=True,
        finding=Finding(file.finding),
        finding_why=file.finding_why,
        is_due=False,
    )
