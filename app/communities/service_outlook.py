"""What an import would change, line by line; nothing happens."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.communities.models import Community, Managership
from app.communities.reading import read_all
from app.communities.rules import Line, News, news_of, shifts_of

Tie = tuple[str, str]  # a community's number, a manager's login
MANAGER = "manager"


@dataclass(frozen=True)
class Prospect:
    """A line of the register, what it would change, and from what to what."""

    at: int
    line: Line
    news: tuple[News, ...]
    shifts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Outlook:
    """All of them; wrong: what stands in the way, as sentences with their line."""

    prospects: list[Prospect]
    wrong: list[str]

    @property
    def lines(self) -> list[Line]:
        return [prospect.line for prospect in self.prospects]

    @property
    def changes(self) -> list[Prospect]:
        return [prospect for prospect in self.prospects if prospect.news]

    def tally(self) -> dict[News, int]:
        """How many communities, people and ties each kind of news is about."""
        return {news: len(self._about(news)) for news in News}

    def _about(self, news: News) -> set[Tie]:
        lines = [p.line for p in self.prospects if news in p.news]
        if news.is_of_community:
            return {(line.number, "") for line in lines}
        if news is News.TIE:
            return {(line.number, line.login) for line in lines}
        return {("", line.login) for line in lines}


@dataclass(frozen=True)
class Outlooks:
    """Looks only, with as many questions for one line as for thousands."""

    session: Session
    accounts: Accounts

    def of(self, content: bytes) -> Outlook:
        """Of a register as `read_all` reads it."""
        reading = read_all(content)
        lines = reading.lines
        names = self._names({line.number for _, line in lines})
        people = self.accounts.by_login({line.login for _, line in lines})
        ties = self._ties(set(names))
        prospects, wrong = [], list(reading.wrong)
        for at, line in lines:
            person = people.get(line.login)
            if person and person.role != MANAGER:
                wrong.append(
                    f"Regel {at}: De login {line.login} is van een medewerker."
                )
            name, contact = names.get(line.number), _contact(person)
            is_tied = (line.number, line.login) in ties
            news = news_of(line, name=name, contact=contact, is_tied=is_tied)
            shifts = shifts_of(line, name=name, contact=contact)
            prospects.append(Prospect(at, line, news, shifts))
        return Outlook(prospects, wrong)

    def _names(self, numbers: set[str]) -> dict[str, str]:
        asked = select(Community.number, Community.name)
        found = self.session.execute(asked.where(Community.number.in_(numbers)))
        return {row[0]: row[1] for row in found}

    def _ties(self, numbers: set[str]) -> set[Tie]:
        asked = (
            select(Community.number, Managership.account_id)
            .join(Managership, Managership.community_id == Community.id)
            .where(Community.number.in_(numbers), Managership.ended_at.is_(None))
        )
        pairs = [(row[0], row[1]) for row in self.session.execute(asked)]
        people = self.accounts.people({account_id for _, account_id in pairs})
        return {(number, people[account_id].login) for number, account_id in pairs}


def _contact(person: Person | None) -> tuple[str, str, str] | None:
    return (person.name, person.email, person.mobile) if person else None
