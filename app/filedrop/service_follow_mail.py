"""Mailing again: to who has not downloaded, and is not being mailed already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Contact, Person
from app.communities.service import Directory
from app.db import audit
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile
from app.filedrop.rules import Stage
from app.filedrop.service_follow import Followed, Following, Reader
from app.filedrop.service_letters import FileLetters
from app.kernel.errors import NotFound
from app.kernel.words import masked_email
from app.runtime import Runtime
from notifier.ledger import Listed
from notifier.outbox import OPEN, Outbox, State


@dataclass(frozen=True)
class Waiting:
    """Somebody who may be mailed again; the last letter about this, if any."""

    person: Person
    letter: Listed | None


@dataclass(frozen=True)
class Again:
    """Whom a second letter would reach, and who rests after one just now."""

    people: list[Waiting]
    resting: list[Waiting]


@dataclass(frozen=True)
class MailingAgain:
    """Writes into the transaction; never commits."""

    session: Session
    following: Following
    accounts: Accounts
    letters: FileLetters
    outbox: Outbox
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "MailingAgain":
        following = Following.of(session, runtime)
        communities, now = following.communities, following.now
        accounts, settings = communities.accounts, runtime.settings
        letters = FileLetters(
            session, communities, accounts, accounts.post, settings, now
        )
        return cls(session, following, accounts, letters, runtime.outbox, now)

    def whom(self, public_id: str, *, only: int | None = None) -> Again:
        """The managers of what nobody downloaded yet; only: one of them."""
        return self._sorted_out(self._missing(public_id), only)

    def mail(self, public_id: str, *, by: str, only: int | None = None) -> int:
        """One letter for each of them; how many.

        What was not sent yet is taken back, for it may hold an old address. Who
        loses a first letter so gets a link to an own password beside this one.
        """
        missing = self._missing(public_id)
        people = {w.person.id: w.person for w in self._sorted_out(missing, only).people}
        if not people:
            return 0
        gone = self.outbox.withdraw(self.session, public_id, list(people))
        for account_id in sorted(a for a, kind in gone if kind == "welcome"):
            self.accounts.reissue(people[account_id].login, by=by)
        self._announce(public_id, missing, people)
        self._record(public_id, by=by, letters=len(people))
        return len(people)

    def manager(self, public_id: str, account_id: int) -> Person:
        """A manager of today beside one of the files; NotFound for anybody else."""
        for file in self.following.trace(public_id).files:
            for reader in file.readers:
                if reader.is_manager and reader.person.id == account_id:
                    return reader.person
        raise NotFound

    def sharing(self, login: str, mobile: str) -> list[str]:
        """The communities of others whose number it would be too."""
        return Directory(self.session).of_mobile(mobile, login=login)

    def readdress(self, person: Person, email: str, mobile: str, *, by: str) -> bool:
        """Reach somebody elsewhere; told to the old and the new address."""
        contact = Contact(person.name, email, mobile)
        _id, what = self.accounts.enrol(person.login, contact, by=by)
        return what == "changed"

    def _missing(self, public_id: str) -> list[Followed]:
        files = self.following.trace(public_id).files
        return [
            f for f in files if f.days.is_living and f.stage is not Stage.DOWNLOADED
        ]

    def _sorted_out(self, missing: Collection[Followed], only: int | None) -> Again:
        readers = {
            reader.person.id: reader
            for file in missing
            for reader in file.readers
            if reader.is_manager and only in {None, reader.person.id}
        }
        people: list[Waiting] = []
        resting: list[Waiting] = []
        for reader in sorted(readers.values(), key=lambda r: r.person.name.casefold()):
            one = Waiting(reader.person, reader.letter)
            (people if self._may(reader) else resting).append(one)
        return Again(people, resting)

    def _may(self, reader: Reader) -> bool:
        letter = reader.letter
        if letter is None or letter.state is State.FAILED:
            return True
        if letter.to_hint != masked_email(reader.person.email):
            return True  # it went to an address that was wrong
        return rules.may_mail_again(
            mailed_at=letter.created_at, is_waiting=letter.state in OPEN, now=self.now
        )

    def _announce(
        self, public_id: str, missing: Collection[Followed], whom: Collection[int]
    ) -> None:
        delivery = self.session.scalars(
            select(Delivery).where(Delivery.public_id == public_id)
        ).one()
        keys = {file.key for file in missing}
        files = self.session.scalars(
            select(DroppedFile)
            .where(DroppedFile.id.in_(keys))
            .order_by(DroppedFile.name)
        ).all()
        known = {file.community.id: file.community for file in missing}
        self.letters.announce(delivery, files, known, whom=whom)

    def _record(self, public_id: str, *, by: str, letters: int) -> None:
        audit.record(
            self.session,
            "delivery.mail_again",
            f"delivery:{public_id}",
            at=self.now,
            by=by,
            letters=letters,
        )
