"""The letter of the day to colleagues: what waits for them, and the book's own head."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.desk.service import Desk
from app.desk.service_chain import looked_on
from app.kernel.chain import Checked
from app.runtime import Runtime
from app.settings import Settings

LOOK_AT = time(6)
READERS = frozenset({"releaser", "admin", "auditor"})  # who acts on it, who keeps it


@dataclass(frozen=True)
class DayLetters:
    """Once a day, after the look at the chain; never commits."""

    session: Session
    accounts: Accounts
    settings: Settings
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "DayLetters":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, runtime.settings, accounts.now)

    def due(self) -> date | None:
        """The day whose letter is still to be written, from six in the morning on."""
        there = self.now.astimezone(self.settings.timezone)
        is_early = there.time() < LOOK_AT
        if is_early or looked_on(self.session, there.date()):
            return None
        return there.date()

    def write(self, desk: Desk, found: Checked) -> int:
        """One letter for each who acts on it or keeps it; how many."""
        needs = desk.needs()
        told = {
            "at": self.now,
            "lost": sum(loss.count for loss in needs.losses),
            "failed": needs.failed,
            "at_risk": needs.at_risk,
            "drafts": needs.drafts,
            "stopped": needs.unleft,
            "held": needs.held,
            "contracts": needs.contracts,
            "head": found.head,
            "broken": found.broken,
            "url": self.accounts.post.address("/beheer/"),
        }
        people = self.accounts.colleagues(READERS)
        for person in people:
            self._write(person, told)
        return len(people)

    def _write(self, person: Person, told: Mapping[str, object]) -> None:
        """One that cannot be written fails alone, and is listed with its reason."""
        post = self.accounts.post
        try:
            post.write("day", person, **told)
        except Exception as wrong:  # noqa: BLE001 - whatever a template stumbles over
            post.unwritten("day", person, wrong)
