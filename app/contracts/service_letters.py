"""Letters about contracts: who reads each step, and what became of the letter."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.service import Person
from app.contracts.models import ContractStep, DataContract
from app.contracts.rules import News
from app.organisations.service import Organisations
from app.post import Post
from app.runtime import Runtime
from notifier import ledger
from notifier.ledger import Listed

WHERE = "/diensten/"


@dataclass(frozen=True)
class ContractLetters:
    """Writes to an organisation what became of its contract; never commits."""

    session: Session
    organisations: Organisations
    post: Post

    @classmethod
    def of(
        cls,
        session: Session,
        runtime: Runtime,
        organisations: Organisations,
        *,
        now: datetime,
    ) -> "ContractLetters":
        return cls(session, organisations, Post.of(session, runtime, now=now))

    def write(
        self, row: DataContract, step: ContractStep, news: News, *, who: str = ""
    ) -> None:
        """One letter for each reader; who: the login of whose step it was.

        Their own people are named, ours are not.
        """
        card = self.organisations.by_id([row.organisation_id])[row.organisation_id]
        person = self.organisations.accounts.find(who) if who else None
        post = self.post.on(topic(row, step))
        for reader in self._readers(row):
            post.write(
                "contract",
                reader,
                news=news.value,
                organisation=card.name,
                number=row.number,
                who="" if person is None or person.is_ours else person.name,
                reason=step.reason,
                at=step.at,
                url=post.address(WHERE),
            )

    def of_steps(
        self, row: DataContract, steps: Collection[ContractStep]
    ) -> Mapping[int, list[Listed]]:
        """The letters of each of these steps of that contract, the oldest first."""
        topics = {step.id: topic(row, step) for step in steps}
        found = ledger.on(self.session, *topics.values())
        return {
            step: [one for one in found if one.topic == about]
            for step, about in topics.items()
        }

    def _readers(self, row: DataContract) -> list[Person]:
        """Who may manage it today; whoever asked too, unless they left since.

        When nobody of those has an address, whoever asked is better than nobody.
        """
        may_act = self.organisations.people_of(row.organisation_id)
        asked = self.organisations.accounts.people(
            [row.requested_by] if row.requested_by else []
        )
        readers = [
            person
            for person, rank in may_act
            if person.email and (rank.may_manage or person.id in asked)
        ]
        return readers or [person for person in asked.values() if person.email]


def topic(row: DataContract, step: ContractStep) -> str:
    """Of that contract: SQLite gives the id of a forgotten step to another's."""
    return f"contract:{row.number}:{step.id}"
