"""What would go where: each file held against the register and what lies there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.communities.service import Communities, Known
from app.filedrop import rules
from app.filedrop.intake import Candidate
from app.filedrop.models import DroppedFile

F_co = TypeVar("F_co", bound=Candidate, covariant=True)
F = TypeVar("F", bound=Candidate)


@dataclass(frozen=True)
class Planned(Generic[F_co]):
    """A file that would go to a community, or lies there already."""

    file: F_co
    community: Known
    slot: str
    is_there: bool


@dataclass(frozen=True)
class Refused(Generic[F_co]):
    """A file that has no place, and why."""

    file: F_co
    problem: str


@dataclass(frozen=True)
class Plan(Generic[F_co]):
    """What would go where, and everything that is wrong; nothing happened yet."""

    files: Sequence[Planned[F_co]]
    refused: Sequence[Refused[F_co]]
    unfit: Sequence[str] = ()

    @property
    def fresh(self) -> list[Planned[F_co]]:
        return [planned for planned in self.files if not planned.is_there]

    @property
    def wrong(self) -> list[str]:
        """A sentence for each file that has no place."""
        return [*self.unfit, *(f"{r.file.name}: {r.problem}" for r in self.refused)]


@dataclass(frozen=True)
class Planning:
    """Looks only; never commits."""

    session: Session
    communities: Communities
    now: datetime

    def plan(self, candidates: Collection[F], unfit: Sequence[str] = ()) -> Plan[F]:
        """A place for each file, or one sentence that says why it has none."""
        named = {file.label.community for file in candidates}
        asked = {file.community for file in candidates}
        known = self.communities.by_number((named | asked) - {""})
        managers = self.communities.managers_of({k.id for k in known.values()})
        managed = {number: k for number, k in known.items() if managers[k.id]}
        taken = self._taken(candidates)
        planned, refused, seen = (
            list[Planned[F]](),
            list[Refused[F]](),
            dict[str, str](),
        )
        for file in candidates:
            slot = _slot(file)
            problem = (
                _unreachable(file, known, managed)
                or _twice(seen.get(slot, ""))
                or _replaced(file, taken.get(slot, ""))
            )
            seen.setdefault(slot, file.name)
            if problem:
                refused.append(Refused(file, problem))
            else:
                community = managed[file.community]
                planned.append(Planned(file, community, slot, slot in taken))
        return Plan(planned, refused, unfit)

    def _taken(self, candidates: Collection[F]) -> dict[str, str]:
        """The digest of what lies in each of those slots today."""
        asked = select(DroppedFile.slot, DroppedFile.sha256).where(
            DroppedFile.slot.in_({_slot(file) for file in candidates}),
            DroppedFile.expires_at > self.now,
            DroppedFile.lost_at.is_(None),
        )
        return {row[0]: row[1] for row in self.session.execute(asked) if row[0]}


def _slot(file: Candidate) -> str:
    return rules.slot_of(
        file.label, community=file.community, name=file.name, sha256=file.sha256
    )


def _unreachable(
    file: Candidate, known: Mapping[str, Known], managed: Mapping[str, Known]
) -> str:
    if not file.community:
        return (
            f"De naam is niet van de vorm {rules.FORM}: "
            "dit zou vertrekken als ad-hocbericht."
        )
    if file.community not in known:
        return f"Onbekende gemeenschap {file.community}."
    if file.community not in managed:
        return f"{file.community} heeft geen beheerder met e-mail en gsm-nummer."
    named = file.label.community
    if named != file.community and named in known:
        return (
            f"Gemeenschap in de bestandsnaam ({named}) verschilt van de gekozen "
            f"({file.community})."
        )
    return ""


def _twice(other: str) -> str:
    if not other:
        return ""
    return f"{other} is voor dezelfde plaats bestemd (maand, versie en soort)."


def _replaced(file: Candidate, there: str) -> str:
    if there in {"", file.sha256}:
        return ""
    return (
        "Deze versie staat er al met een andere inhoud. "
        f"Verhoog het versienummer (nu V{file.label.version:02})."
    )
