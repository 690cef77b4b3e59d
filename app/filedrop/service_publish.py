"""The staff's side: what would go where, and placing it all at once or not at all."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.communities.service import Communities, Known
from app.db import audit
from app.filedrop import rules
from app.filedrop.intake import Candidate, Digest
from app.filedrop.models import Delivery, DroppedFile
from app.filedrop.rules import Kind
from app.kernel import tokens
from app.kernel.errors import Conflict, Forbidden, Full, Invalid
from app.kernel.words import phone_tail
from app.post import Post
from app.runtime import Runtime
from app.settings import Settings
from storage import StoreFull, new_data_key

RELEASERS = {"releaser", "admin"}


@dataclass(frozen=True)
class Planned:
    """A file that would go to a community, or lies there already."""

    file: Candidate
    community: Known
    slot: str
    is_there: bool


@dataclass(frozen=True)
class Plan:
    """What would go where, and everything that is wrong; nothing happened yet."""

    files: list[Planned]
    wrong: list[str]

    @property
    def fresh(self) -> list[Planned]:
        return [planned for planned in self.files if not planned.is_there]


@dataclass(frozen=True)
class Incoming:
    """A file whose bytes are sealed in the store, and that no row points at yet."""

    planned: Planned
    digest: Digest
    blob_key: str
    sealed_key: bytes


@dataclass(frozen=True)
class Published:
    """What was placed: the delivery's id, and how many letters wait."""

    delivery: str
    files: int
    communities: int
    letters: int
    first_letters: int


def stash(runtime: Runtime, plan: Plan, *, now: datetime) -> list[Incoming]:
    """Seal the bytes of the fresh files, before any transaction; or leave nothing."""
    stashed: list[Incoming] = []
    try:
        for planned in plan.fresh:
            stashed.append(_stash(runtime, planned, now))  # noqa: PERF401 - undone below
    except BaseException:
        discard(runtime, stashed)
        raise
    return stashed


def discard(runtime: Runtime, stashed: Iterable[Incoming]) -> None:
    """Take back what no row will point at."""
    for incoming in stashed:
        runtime.blobs.delete(incoming.blob_key)


def _stash(runtime: Runtime, planned: Planned, now: datetime) -> Incoming:
    settings, digest = runtime.settings, Digest()
    data_key, blob_key = new_data_key(), str(uuid4())
    path = planned.file.path
    try:
        runtime.blobs.put(blob_key, digest.over(path), data_key)
        day = key_day(now, settings)
        sealed_key = runtime.keys.seal(day, data_key)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets geplaatst."
        ) from full
    except Invalid as unfit:
        raise Invalid(f"{path.name}: {unfit.sentence}") from unfit
    incoming = Incoming(planned, digest, blob_key, sealed_key)
    if digest.sha256 != planned.file.sha256:
        discard(runtime, [incoming])
        raise Conflict(f"{path.name}: het bestand veranderde tijdens het inlezen.")
    return incoming


def key_day(now: datetime, settings: Settings) -> date:
    """The local day on which a file posted now expires."""
    expires_at = rules.expiry(now, zone=settings.timezone, days=settings.retention_days)
    return expires_at.astimezone(settings.timezone).date()


@dataclass(frozen=True)
class Publishing:
    """Placing deliveries; never commits."""

    session: Session
    communities: Communities
    accounts: Accounts
    post: Post
    settings: Settings
    now: datetime

    @classmethod
    def of(
        cls, session: Session, runtime: Runtime, *, now: datetime | None = None
    ) -> "Publishing":
        communities = Communities.of(session, runtime)
        now = now or communities.now
        post = Post.of(session, runtime, now=now)
        return cls(
            session, communities, communities.accounts, post, runtime.settings, now
        )

    def releaser(self, login: str) -> Person:
        """The colleague who may release; Forbidden for anybody else."""
        person = self.accounts.find(login.strip().casefold())
        if person is None or person.role not in RELEASERS:
            raise Forbidden(f"{login} mag geen leveringen vrijgeven.")
        return person

    def plan(self, candidates: Collection[Candidate], wrong: Collection[str]) -> Plan:
        """Hold each file against the register and against what lies there."""
        known = self.communities.by_number({c.community for c in candidates})
        managers = self.communities.managers_of({k.id for k in known.values()})
        problems, planned = list(wrong), []
        taken = self._taken(candidates)
        seen: dict[str, str] = {}
        for file in candidates:
            community = known.get(file.community)
            slot = _slot(file)
            problem = _problem(
                file,
                community=community,
                has_managers=bool(community and managers[community.id]),
                other=seen.get(slot, ""),
                there=taken.get(slot, ""),
            )
            seen[slot] = file.name
            if problem or community is None:
                problems.append(f"{file.name}: {problem}")
                continue
            planned.append(Planned(file, community, slot, slot in taken))
        return Plan(planned, problems)

    def publish(self, incoming: Collection[Incoming], *, by: Person) -> Published:
        """Rows, letters and audit together; Conflict if somebody was first."""
        delivery = self._delivery(by)
        self._free_slots([i.planned.slot for i in incoming])
        rows = [self._row(i, delivery) for i in incoming]
        self.session.add_all(rows)
        try:
            self.session.flush()
        except IntegrityError as raced:
            raise Conflict(
                "Iemand anders plaatste intussen dezelfde bestanden; probeer opnieuw."
            ) from raced
        known = {i.planned.community.id: i.planned.community for i in incoming}
        letters, first = self._write_letters(delivery, rows, known)
        audit.record(
            self.session,
            "delivery.publish",
            f"delivery:{delivery.public_id}",
            at=self.now,
            by=by.login,
            files=len(rows),
            letters=letters,
        )
        return Published(delivery.public_id, len(rows), len(known), letters, first)

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

    def _row(self, incoming: Incoming, delivery: Delivery) -> DroppedFile:
        file, settings = incoming.planned.file, self.settings
        return DroppedFile(
            public_id=tokens.public_id(),
            delivery_id=delivery.id,
            community_id=incoming.planned.community.id,
            name=file.name,
            kind=file.label.kind,
            ext=file.label.ext[:32],
            period=file.label.period,
            version=file.label.version,
            reason=file.reason,
            size=incoming.digest.size,
            sha256=incoming.digest.sha256,
            crc32=incoming.digest.crc32,
            slot=incoming.planned.slot,
            blob_key=incoming.blob_key,
            sealed_key=incoming.sealed_key,
            key_day=key_day(self.now, settings),
            posted_at=self.now,
            retention_days=settings.retention_days,
            expires_at=rules.expiry(
                self.now, zone=settings.timezone, days=settings.retention_days
            ),
        )

    def _taken(self, candidates: Collection[Candidate]) -> dict[str, str]:
        """The digest of what lies in each of those slots today."""
        asked = select(DroppedFile.slot, DroppedFile.sha256).where(
            DroppedFile.slot.in_({_slot(file) for file in candidates}),
            DroppedFile.expires_at > self.now,
        )
        return {row[0]: row[1] for row in self.session.execute(asked) if row[0]}

    def _free_slots(self, slots: Collection[str]) -> None:
        """What expired and waits for the purge no longer holds its place."""
        self.session.execute(
            update(DroppedFile)
            .where(DroppedFile.slot.in_(slots), DroppedFile.expires_at <= self.now)
            .values(slot=None)
        )

    def _write_letters(
        self, delivery: Delivery, rows: list[DroppedFile], known: dict[int, Known]
    ) -> tuple[int, int]:
        """One letter for each manager; with credentials for who never had them."""
        files = defaultdict(list)
        for row in rows:
            files[row.community_id].append(row)
        earlier = self._earlier(rows)
        people: dict[int, Person] = {}
        theirs: dict[int, list[int]] = defaultdict(list)
        for community_id, managers in self.communities.managers_of(known).items():
            for person in managers:
                people[person.id] = person
                theirs[person.id].append(community_id)
        first = 0
        for person in people.values():
            blocks = [
                {
                    "name": known[c].name,
                    "number": known[c].number,
                    "files": [self._told(row, earlier) for row in files[c]],
                }
                for c in theirs[person.id]
            ]
            first += self._write(person, blocks, delivery, theirs[person.id], files)
        return len(people), first

    def _write(
        self,
        person: Person,
        blocks: list[dict[str, Any]],
        delivery: Delivery,
        communities: list[int],
        files: dict[int, list[DroppedFile]],
    ) -> bool:
        """The letter of one manager; whether it carried credentials."""
        rows = [row for community in communities for row in files[community]]
        only = rows[0].public_id if len(rows) == 1 else None
        path = (
            f"/bestanden/{only}"
            if only
            else f"/bestanden/?levering={delivery.public_id}"
        )
        values = {
            "communities": blocks,
            "count": len(rows),
            "url": self.post.address(path),
        }
        password = self.accounts.first_password(person.id)
        if password is None:
            self.post.write("files-ready", person, **values)
            return False
        self.post.write(
            "welcome",
            person,
            **values,
            login=person.login,
            initial_password=password,
            initial_until=self.now + self.accounts.initial_lifetime,
            phone_tail=phone_tail(person.mobile),
        )
        return True

    def _told(
        self, row: DroppedFile, earlier: dict[tuple[int, str, str], list[Any]]
    ) -> dict[str, object]:
        """A file as a letter names it."""
        before = [
            e
            for e in earlier.get((row.community_id, row.period, row.ext), [])
            if e.version < row.version
        ]
        replaced = max(before, key=lambda e: e.version, default=None)
        return {
            "name": row.name,
            "what": title(row.kind, row.period, row.version, row.name),
            "until": rules.last_day(row.expires_at, self.settings.timezone),
            "replaces": replaced.version if replaced else None,
            "replaces_posted": replaced.posted_at if replaced else None,
            "reason": row.reason,
        }

    def _earlier(
        self, rows: list[DroppedFile]
    ) -> dict[tuple[int, str, str], list[Any]]:
        """Versions ever placed of the same months, by community, month and kind."""
        asked = select(
            DroppedFile.community_id,
            DroppedFile.period,
            DroppedFile.ext,
            DroppedFile.version,
            DroppedFile.posted_at,
        ).where(
            DroppedFile.community_id.in_({row.community_id for row in rows}),
            DroppedFile.period.in_({row.period for row in rows if row.period}),
        )
        found: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
        for row in self.session.execute(asked):
            found[row.community_id, row.period, row.ext].append(row)
        return found


def title(kind: str, period: str, version: int, name: str) -> str:
    """`Correcties afname en injectie, september 2026, versie 2`."""
    if kind != Kind.CORRECTION:
        return "Ad-hocbericht"
    month = rules.label_of(name).month or period
    return f"Correcties afname en injectie, {month}, versie {version}"


def _slot(file: Candidate) -> str:
    return rules.slot_of(
        file.label, community=file.community, name=file.name, sha256=file.sha256
    )


def _problem(
    file: Candidate,
    *,
    community: Known | None,
    has_managers: bool,
    other: str,
    there: str,
) -> str:
    """Why the file cannot go; empty when it can."""
    if community is None:
        return f"Onbekende gemeenschap {file.community}."
    if not has_managers:
        return f"{file.community} heeft geen beheerder met e-mail en gsm-nummer."
    if other:
        return f"{other} is voor dezelfde plaats bestemd (maand, versie en soort)."
    if there and there != file.sha256:
        return (
            "Deze versie staat er al met een andere inhoud. "
            f"Verhoog het versienummer (nu V{file.label.version:02})."
        )
    return ""
