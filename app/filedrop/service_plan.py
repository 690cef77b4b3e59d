"""What would go where: each file held against the register and what lies there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.communities.service import Communities, Known
from app.filedrop import rules
from app.filedrop.intake import Candidate
from app.filedrop.models import DroppedFile


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
class Planning:
    """Looks only; never commits."""

    session: Session
    communities: Communities
    now: datetime

    def plan(self, candidates: Collection[Candidate], wrong: Collection[str]) -> Plan:
        """A place for each file, or one sentence that says why it has none."""
        known = self.communities.by_number({file.community for file in candidates})
        managers = self.communities.managers_of({k.id for k in known.values()})
        managed = {number: k for number, k in known.items() if managers[k.id]}
        taken = self._taken(candidates)
        planned, problems, seen = [], list(wrong), dict[str, str]()
        for file in candidates:
            slot = _slot(file)
            problem = (
                _unreachable(file, known, managed)
                or _twice(seen.get(slot, ""))
                or _replaced(file, taken.get(slot, ""))
            )
            seen.setdefault(slot, file.name)
            if problem:
                problems.append(f"{file.name}: {problem}")
            else:
                community = managed[file.community]
                planned.append(Planned(file, community, slot, slot in taken))
        return Plan(planned, problems)

    def _taken(self, candidates: Collection[Candidate]) -> dict[str, str]:
        """The digest of what lies in each of those slots today."""
        asked = select(DroppedFile.slot, DroppedFile.sha256).where(
            DroppedFile.slot.in_({_slot(file) for file in candidates}),
            DroppedFile.expires_at > self.now,
        )
        return {row[0]: row[1] for row in self.session.execute(asked) if row[0]}


def _slot(file: Candidate) -> str:
    return rules.slot_of(
        file.label, community=file.community, name=file.name, sha256=file.sha256
    )


def _unreachable(
    file: Candidate, known: Collection[str], managed: Collection[str]
) -> str:
    if file.community not in known:
        return f"Onbekende gemeenschap {file.community}."
    if file.community not in managed:
        return f"{file.community} heeft geen beheerder met e-mail en gsm-nummer."
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
