"""The staff's side: placing a delivery all at once, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.communities.service import Communities, Known
from app.db import audit
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile
from app.filedrop.service_letters import FileLetters
from app.filedrop.service_plan import F, Plan, Planning
from app.filedrop.service_stash import Incoming, key_day
from app.kernel import tokens
from app.kernel.errors import Conflict, Forbidden
from app.post import Post
from app.runtime import Runtime
from app.settings import Settings
from storage.scanner import Finding

RELEASERS = {"releaser", "admin"}


@dataclass(frozen=True)
class Published:
    """What was placed: the delivery's id, and how many letters wait."""

    delivery: str
    files: int
    communities: int
    letters: int
    first_letters: int


@dataclass(frozen=True)
class Publishing:
    """Placing deliveries; never commits."""

    session: Session
    communities: Communities
    accounts: Accounts
    letters: FileLetters
    settings: Settings
    lets_by: frozenset[Finding]
    now: datetime

    @classmethod
    def of(
        cls, session: Session, runtime: Runtime, *, now: datetime | None = None
    ) -> "Publishing":
        communities = Communities.of(session, runtime)
        accounts, settings = communities.accounts, runtime.settings
        now = now or communities.now
        post = Post.of(session, runtime, now=now)
        letters = FileLetters(session, communities, accounts, post, settings, now)
        lets_by = runtime.scanner.lets_by
        return cls(session, communities, accounts, letters, settings, lets_by, now)

    def releaser(self, login: str) -> Person:
        """The colleague who may release; Forbidden for anybody else."""
        person = self.accounts.find(login.strip().casefold())
        may = person and person.role in RELEASERS
        if person is None or not may or not self.accounts.reachable([person.id]):
            raise Forbidden(f"De login {login} mag geen leveringen vrijgeven.")
        return person

    def plan(self, candidates: Collection[F], unfit: Sequence[str] = ()) -> Plan[F]:
        """What would go where; nothing happens."""
        planning = Planning(self.session, self.communities, self.now)
        return planning.plan(candidates, unfit)

    def publish(self, incoming: Collection[Incoming], *, by: Person) -> Published:
        """Rows, letters and audit together; Conflict if somebody was first."""
        known = {i.planned.community.id: i.planned.community for i in incoming}
        self._must_be_managed(known)
        self._must_be_let_by(incoming)
        delivery = self._delivery(by)
        files = self._place(incoming, delivery)
        letters, first = self.letters.announce(delivery, files, known)
        audit.record(
            self.session,
            "delivery.publish",
            f"delivery:{delivery.public_id}",
            at=self.now,
            by=by.login,
            files=len(files),
            letters=letters,
        )
        self.session.flush()  # whatever cannot be written fails here, not at the commit
        return Published(delivery.public_id, len(files), len(known), letters, first)

    def _must_be_managed(self, known: Mapping[int, Known]) -> None:
        """The plan said so, but that was before the bytes were sealed."""
        self.communities.keep_managers(known)
        managers = self.communities.managers_of(known)
        left = sorted(known[c].number for c, people in managers.items() if not people)
        if left:
            raise Conflict(
                f"{left[0]} heeft intussen geen beheerder meer; er is niets geplaatst."
            )

    def _must_be_let_by(self, incoming: Collection[Incoming]) -> None:
        """Whoever calls has seen to it; a file that is held goes out by no way."""
        held = [i for i in incoming if i.finding not in self.lets_by]
        if held:
            name = held[0].planned.file.name
            raise Conflict(f"{name} is niet vrij van virussen verklaard.")

    def _delivery(self, by: Person) -> Delivery:
        delivery = Delivery(
            public_id=tokens.public_id(),
            by=by.login,
            shared_by=f"{self.settings.operator_name} {by.department}".strip(),
            posted_at=self.now,
        )
        self.session.add(delivery)
        self.session.flush()
        return delivery

    def _place(
        self, incoming: Collection[Incoming], delivery: Delivery
    ) -> list[DroppedFile]:
        self._free_slots([i.planned.slot for i in incoming])
        files = [self.row(i, delivery.id) for i in incoming]
        self.session.add_all(files)
        try:
            self.session.flush()
        except IntegrityError as raced:
            raise Conflict(
                "Iemand anders plaatste intussen dezelfde bestanden; probeer opnieuw."
            ) from raced
        return files

    def _free_slots(self, slots: Collection[str]) -> None:
        """What expired and waits for the purge, or went lost, gives up its place."""
        is_over = DroppedFile.expires_at <= self.now
        freed = update(DroppedFile).where(
            DroppedFile.slot.in_(slots), is_over | DroppedFile.lost_at.is_not(None)
        )
        self.session.execute(freed.values(slot=None))

    def row(self, incoming: Incoming, delivery: int) -> DroppedFile:
        """What will be known of the file; nobody wrote it down yet."""
        file, settings = incoming.planned.file, self.settings
        return DroppedFile(
            public_id=tokens.public_id(),
            delivery_id=delivery,
            community_id=incoming.planned.community.id,
            name=file.name,
            kind=file.label.kind,
            ext=file.label.ext[:32],
            period=file.label.period,
            version=file.label.version,
            reason=file.reason,
            size=incoming.sums.size,
            sha256=incoming.sums.sha256,
            crc32=incoming.sums.crc32,
            slot=incoming.planned.slot,
            blob_key=incoming.blob_key,
            sealed_key=incoming.sealed_key,
            key_day=key_day(self.now, settings),
            finding=incoming.finding,
            posted_at=self.now,
            retention_days=settings.retention_days,
            expires_at=rules.expiry(
                self.now, zone=settings.timezone, days=settings.retention_days
            ),
        )
