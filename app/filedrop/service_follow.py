"""The staff's view: what became of each delivery, per file and per manager."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from app.accounts.service import Person
from app.communities.service import Communities, Known
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile, FileState
from app.filedrop.rules import Stage
from app.kernel.errors import NotFound
from app.runtime import Runtime
from notifier import ledger
from notifier.ledger import Listed
from notifier.outbox import State

Did = tuple[datetime | None, datetime | None]  # when opened, when downloaded
Abouts = Select[str]
NOTHING: Did = (None, None)


@dataclass(frozen=True)
class Reader:
    """Somebody beside a file: the last letter about it, and what they did with it."""

    person: Person
    is_manager: bool
    letter: Listed | None
    opened_at: datetime | None
    downloaded_at: datetime | None

    @property
    def mail_failed(self) -> bool:
        return self.letter is not None and self.letter.state is State.FAILED


@dataclass(frozen=True)
class Days:
    """Until when a file is there, as it stands today."""

    last: date
    is_living: bool
    is_leaving: bool


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A file of a delivery, and how far it came."""

    key: int
    id: str
    name: str
    community: Known
    readers: list[Reader]
    days: Days
    is_lost: bool
    again_of: str | None
    may_go_again: bool

    @cached_property
    def stage(self) -> Stage:
        return rules.stage_of(
            downloaded=any(r.downloaded_at for r in self.readers),
            opened=any(r.opened_at for r in self.readers),
            mail_failed=any(r.mail_failed for r in self.readers if r.is_manager),
        )

    @property
    def is_at_risk(self) -> bool:
        """It disappears soon, and nobody has it who still could."""
        is_waiting = not self.is_lost and self.stage is not Stage.DOWNLOADED
        return self.days.is_leaving and is_waiting


@dataclass(frozen=True)
class Sent:
    """A delivery as it was placed."""

    key: int
    id: str
    by: str
    shared_by: str
    posted_at: datetime
    is_adhoc: bool


@dataclass(frozen=True)
class Traced:
    """A delivery with all its files."""

    sent: Sent
    files: list[Followed]

    @property
    def tally(self) -> dict[Stage, int]:
        found = Counter(file.stage for file in self.files)
        return {stage: found[stage] for stage in Stage}

    @property
    def at_risk(self) -> int:
        return sum(file.is_at_risk for file in self.files)


class _Placed(NamedTuple):
    id: int
    public_id: str
    name: str
    community_id: int
    expires_at: datetime
    lost_at: datetime | None
    again_of: str | None
    holds_place: bool


@dataclass(frozen=True)
class Following:
    """Looks only; asks as many questions for one file as for five thousand."""

    session: Session
    communities: Communities
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Following":
        communities = Communities.of(session, runtime)
        zone = runtime.settings.timezone
        return cls(session, communities, zone, communities.now)

    def delivery(self, public_id: str) -> Sent:
        asked = select(Delivery).where(Delivery.public_id == public_id)
        delivery = self.session.scalar(asked)
        if delivery is None:
            raise NotFound
        return sent_of(delivery)

    def trace(self, public_id: str) -> Traced:
        """Every file of the delivery, by community and name."""
        sent = self.delivery(public_id)
        placed = self._placed(sent)
        known = self.communities.by_id({file.community_id for file in placed})
        readers = self._readers(sent, placed)
        days = {end: self._days(end) for end in {file.expires_at for file in placed}}
        traced = [
            Followed(
                key=file.id,
                id=file.public_id,
                name=file.name,
                community=known[file.community_id],
                readers=readers[file.id],
                days=days[file.expires_at],
                is_lost=file.lost_at is not None,
                again_of=file.again_of,
                may_go_again=file.holds_place and file.lost_at is None,
            )
            for file in placed
        ]
        traced.sort(key=lambda file: (file.community.name.casefold(), file.name))
        return Traced(sent, traced)

    def names(self, public_ids: Collection[str]) -> dict[str, str]:
        """What those files are called."""
        asked = select(DroppedFile.public_id, DroppedFile.name)
        found = self.session.execute(asked.where(DroppedFile.public_id.in_(public_ids)))
        return {row[0]: row[1] for row in found}

    def abouts(self, *, name: str = "", communities: Collection[int] = ()) -> Abouts:
        """How the audit book names the files of that name, or of those communities."""
        about = literal("file:") + DroppedFile.public_id
        if communities:
            return select(about).where(DroppedFile.community_id.in_(communities))
        named = func.lower(DroppedFile.name).contains(name.lower(), autoescape=True)
        return select(about).where(named)

    def _placed(self, sent: Sent) -> list[_Placed]:
        asked = select(
            DroppedFile.id,
            DroppedFile.public_id,
            DroppedFile.name,
            DroppedFile.community_id,
            DroppedFile.expires_at,
            DroppedFile.lost_at,
            DroppedFile.again_of,
            DroppedFile.slot.is_not(None),
        ).where(DroppedFile.delivery_id == sent.key)
        return [_Placed(*row) for row in self.session.execute(asked)]

    def _days(self, expires_at: datetime) -> Days:
        is_living = rules.is_available(expires_at=expires_at, now=self.now)
        soon = rules.soon_until(self.now, self.zone)
        last = rules.last_day(expires_at, self.zone)
        return Days(last, is_living, is_living and expires_at <= soon)

    def _readers(
        self, sent: Sent, files: Collection[_Placed]
    ) -> dict[int, list[Reader]]:
        """Beside each file today's managers, then whoever else had it in hands."""
        managers = self.communities.managers_of({f.community_id for f in files})
        letters = {one.about: one for one in ledger.on(self.session, sent.id)}
        did = self._did(sent)
        others = self._others(managers, did)
        readers: dict[int, list[Reader]] = {}
        for file in files:
            today = managers[file.community_id]
            ids = {person.id for person in today}
            former = [others[a] for a in did[file.id] if a not in ids]
            readers[file.id] = [
                Reader(
                    person,
                    person.id in ids,
                    letters.get(person.id),
                    *did[file.id].get(person.id, NOTHING),
                )
                for person in (*today, *former)
            ]
        return readers

    def _did(self, sent: Sent) -> dict[int, dict[int, Did]]:
        """Per file and account, when it was opened and downloaded."""
        asked = (
            select(
                FileState.file_id,
                FileState.account_id,
                FileState.opened_at,
                FileState.downloaded_at,
            )
            .join(DroppedFile, DroppedFile.id == FileState.file_id)
            .where(DroppedFile.delivery_id == sent.key)
        )
        did: dict[int, dict[int, Did]] = defaultdict(dict)
        for file_id, account_id, opened, downloaded in self.session.execute(asked):
            if opened or downloaded:
                did[file_id][account_id] = (opened, downloaded)
        return did

    def _others(
        self,
        managers: Mapping[int, Collection[Person]],
        did: Mapping[int, Mapping[int, Did]],
    ) -> dict[int, Person]:
        """Whoever opened something and is no reachable manager of today."""
        today = {person.id for people in managers.values() for person in people}
        seen = {account_id for states in did.values() for account_id in states}
        people = self.communities.accounts.people(seen - today)
        known = {p.id: p for group in managers.values() for p in group if p.id in seen}
        return {**people, **known}


def sent_of(delivery: Delivery) -> Sent:
    return Sent(
        key=delivery.id,
        id=delivery.public_id,
        by=delivery.by,
        shared_by=delivery.shared_by,
        posted_at=delivery.posted_at,
        is_adhoc=delivery.is_adhoc,
    )
