"""What would become of a draft: each file's community and why, and what is wrong."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select

from app.communities.service import Communities, Known
from app.filedrop import rules
from app.filedrop.intake import Candidate, Sums
from app.filedrop.models import DraftFile, DroppedFile
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_view import DraftView
from app.filedrop.service_plan import Plan, Planned, Planning
from app.kernel.words import local_date
from storage.scanner import Doubt, Finding


class State(StrEnum):
    """Where a file of a draft stands; the words stand in addresses."""

    READY = "klaar"
    ATTENTION = "aandacht"
    BLOCKED = "geblokkeerd"
    CHECKING = "controle"
    ASIDE = "apart"


class Why(StrEnum):
    """What there is to know of a file, besides a problem of its own."""

    IS_THERE = "is there"
    SAME_BYTES = "same bytes"
    OTHER_NAME = "other name"
    FOR_NOBODY = "for nobody"
    UNSCANNED = "unscanned"
    INFECTED = "infected"
    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"
    NO_SCANNER = "no scanner"


DOUBTS: dict[str, Why] = {
    Doubt.AWAY: Why.NO_SCANNER,
    Doubt.SILENT: Why.NO_SCANNER,
    Doubt.TOO_LARGE: Why.TOO_LARGE,
}
HELD = {Why.INFECTED, Why.UNREADABLE, *DOUBTS.values()}


@dataclass(frozen=True, kw_only=True)
class Held(Candidate):
    """A file that a draft holds, its bytes already sealed."""

    id: str
    sums: Sums
    blob_key: str
    sealed_key: bytes
    key_day: date
    is_chosen: bool
    finding: Finding
    finding_why: str
    is_due: bool


@dataclass(frozen=True)
class Row:
    """A line of the review: a file, and one community that it is for."""

    file: Held
    state: State
    community: Known | None = None
    managers: Sequence[str] = ()
    problem: str = ""
    why: Why | None = None
    version: int = 0
    posted_on: date | None = None

    @property
    def is_held(self) -> bool:
        """By the scanner, and not by its place."""
        return self.why in HELD


@dataclass(frozen=True)
class Review:
    """All lines, and the communities without a file."""

    draft: DraftView
    rows: Sequence[Row]
    missing: Sequence[Known]
    plan: Plan[Held]
    replacing: int = 0

    def count(self, state: State) -> int:
        return Counter(row.state for row in self.rows)[state]


@dataclass(frozen=True)
class Reviewing:
    """Looks only; never commits."""

    drafts: Drafts
    communities: Communities
    lets_by: frozenset[Finding]

    def review(self, public_id: str) -> Review:
        draft = self.drafts.show(public_id)
        files = self._files(draft)
        going = [
            held
            for file in files
            if not file.is_set_aside
            for held in _candidates(file, draft.reason)
        ]
        plan = self._plan(going)
        rows = sorted(
            [*_refused(plan, draft), *self._planned(plan), *_set_aside(files)],
            key=lambda row: (row.file.name, row.file.community),
        )
        missing = [] if draft.is_adhoc else self._missing(going)
        return Review(draft, rows, missing, plan, self._replacing(plan))

    def _plan(self, going: Collection[Held]) -> Plan[Held]:
        planning = Planning(self.drafts.session, self.communities, self.drafts.now)
        return planning.plan(going)

    def _files(self, draft: DraftView) -> list[DraftFile]:
        asked = select(DraftFile).where(DraftFile.draft_id == draft.key)
        return list(self.drafts.session.scalars(asked.order_by(DraftFile.name)))

    def _planned(self, plan: Plan[Held]) -> Iterator[Row]:
        managers = self.communities.managers_of({p.community.id for p in plan.files})
        earlier = self._earlier(plan)
        for planned in plan.files:
            file, community = planned.file, planned.community
            twin = earlier.get((community.id, file.sha256))
            why = self._held(planned) or _attention(planned, is_twin=bool(twin))
            yield Row(
                file,
                _state(why),
                community,
                [person.name for person in managers[community.id]],
                why=why,
                version=twin[0] if twin else 0,
                posted_on=twin[1] if twin else None,
            )

    def _held(self, planned: Planned[Held]) -> Why | None:
        """Why the scanner does not let it by; what does not go is left alone."""
        file = planned.file
        if planned.is_there or file.finding in self.lets_by:
            return None
        return held_for(file.finding, file.finding_why)

    def _earlier(self, plan: Plan[Held]) -> dict[tuple[int, str], tuple[int, date]]:
        """The same bytes for the same community before: which version, and when."""
        asked = select(
            DroppedFile.community_id,
            DroppedFile.sha256,
            DroppedFile.version,
            DroppedFile.posted_at,
        ).where(
            DroppedFile.sha256.in_({planned.file.sha256 for planned in plan.files}),
            DroppedFile.version > 0,
        )
        zone = self.drafts.zone
        return {
            (row[0], row[1]): (row[2], local_date(row[3], zone))
            for row in self.drafts.session.execute(asked)
        }

    def _replacing(self, plan: Plan[Held]) -> int:
        """How many files of a month come after an earlier version of it."""
        later = [p for p in plan.fresh if p.file.label.version > 1]
        asked = select(
            DroppedFile.community_id,
            DroppedFile.period,
            DroppedFile.ext,
            func.min(DroppedFile.version),
        ).where(
            DroppedFile.community_id.in_({p.community.id for p in later}),
            DroppedFile.period.in_({p.file.label.period for p in later}),
        )
        grouped = asked.group_by(
            DroppedFile.community_id, DroppedFile.period, DroppedFile.ext
        )
        first = {
            (row[0], row[1], row[2]): row[3]
            for row in self.drafts.session.execute(grouped)
        }
        return sum(_is_later(planned, first) for planned in later)

    def _missing(self, going: Collection[Held]) -> list[Known]:
        named = {file.community for file in going}
        return [k for k in self.communities.managed() if k.number not in named]


def held_for(finding: Finding, why: str) -> Why:
    """The reason that colleagues are told."""
    if finding is Finding.UNSCANNED:
        return Why.UNSCANNED
    if finding is Finding.INFECTED:
        return Why.INFECTED
    return DOUBTS.get(why, Why.UNREADABLE)


def _state(why: Why | None) -> State:
    if why is Why.UNSCANNED:
        return State.CHECKING
    if why in HELD:
        return State.BLOCKED
    return State.ATTENTION if why else State.READY


def _refused(plan: Plan[Held], draft: DraftView) -> Iterator[Row]:
    for refused in plan.refused:
        if draft.is_adhoc and not refused.file.community:  # nobody chose yet: no fault
            yield Row(refused.file, State.BLOCKED, why=Why.FOR_NOBODY)
        else:
            yield Row(refused.file, State.BLOCKED, problem=refused.problem)


def _attention(planned: Planned[Held], *, is_twin: bool) -> Why | None:
    if planned.is_there:
        return Why.IS_THERE
    if is_twin:
        return Why.SAME_BYTES
    if planned.file.label.community not in {"", planned.community.number}:
        return Why.OTHER_NAME
    return None


def _is_later(
    planned: Planned[Held], first: Mapping[tuple[int, str, str], int]
) -> bool:
    label = planned.file.label
    series = (planned.community.id, label.period, label.ext)
    return first.get(series, label.version) < label.version


def _candidates(file: DraftFile, reason: str = "") -> list[Held]:
    """One for each community that it is for, or one for none."""
    label = rules.label_of(file.name)
    numbers = file.chosen or [label.community]
    return [_held(file, number, reason) for number in numbers]


def _held(file: DraftFile, community: str, reason: str) -> Held:
    label = rules.label_of(file.name)
    return Held(
        name=file.name,
        label=label,
        community=community,
        reason=reason if label.version > 1 else "",
        sha256=file.sha256,
        id=file.public_id,
        sums=Sums(file.size, file.crc32, file.sha256),
        blob_key=file.blob_key,
        sealed_key=file.sealed_key,
        key_day=file.key_day,
        is_chosen=bool(file.chosen),
        finding=Finding(file.finding),
        finding_why=file.finding_why,
        is_due=file.scan_due_at is not None,
    )


def _set_aside(files: Collection[DraftFile]) -> Iterator[Row]:
    for file in files:
        if file.is_set_aside:
            yield Row(_candidates(file)[0], State.ASIDE)
