"""Letters as rows: written where the files are written, handed over afterwards."""

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifier import Email, SendFailed
from notifier.table import OPEN, State, letter, metadata

__all__ = ["OPEN", "Outbox", "State", "Waiting", "letter", "masked", "metadata"]

LEASE = timedelta(minutes=10)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))
PATIENCE = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that is ours to hand over until its lease ends."""

    id: int
    kind: str
    about: int | None
    tries: int
    email: Email


@dataclass(frozen=True, slots=True)
class Outbox:
    """Letters exist exactly when their transaction does, and are handed over later."""

    seal: Callable[[bytes], tuple[str, bytes]]
    unseal: Callable[[str, bytes], bytes]
    host: str

    def put(
        self,
        session: Session,
        email: Email,
        *,
        kind: str,
        about: int | None,
        now: datetime,
        topic: str | None = None,
    ) -> int:
        """Write the letter down, sealed; it is due at once.

        about: whose letter it is; topic: what it is one of many about.
        """
        # The same letter sent twice has one Message-ID, so mail programs fold it.
        email = replace(email, message_id=f"<{uuid4()}@{self.host}>")
        key_id, payload = self.seal(json.dumps(asdict(email)).encode())
        written = sa.insert(letter).values(
            kind=kind,
            about=about,
            topic=topic,
            to_hint=masked(email.to),
            message_id=email.message_id,
            state=State.WAITING,
            created_at=now,
            due_at=now,
            give_up_at=now + PATIENCE,
            tries=0,
            key_id=key_id,
            payload=payload,
        )
        number: int = session.execute(written.returning(letter.c.id)).scalar_one()
        return number

    def unwritten(
        self,
        session: Session,
        to: str,
        *,
        kind: str,
        about: int | None,
        reason: str,
        now: datetime,
    ) -> None:
        """Keep that a letter failed before it had words, so that somebody sees it."""
        session.execute(
            sa.insert(letter).values(
                kind=kind,
                about=about,
                to_hint=masked(to),
                message_id=f"<{uuid4()}@{self.host}>",
                state=State.FAILED,
                created_at=now,
                due_at=now,
                give_up_at=now,
                failed_at=now,
                tries=0,
                last_error=reason,
                payload=b"",
            )
        )

    def claim(self, session: Session, now: datetime) -> Waiting | None:
        """Take the letter due longest, for ten minutes; commit before sending it."""
        while row := session.execute(_claim(now)).one_or_none():
            try:
                email = Email(**json.loads(self.unseal(row.key_id, row.payload)))
            except Exception:  # noqa: BLE001 - whatever the cipher raises, others wait
                why = "cannot be unsealed" if row.payload else "was never written"
                unreadable = SendFailed(f"the letter {why}", permanent=True)
                self.postpone(session, row.id, unreadable, now)
            else:
                return Waiting(row.id, row.kind, row.about, row.tries, email)
        return None

    def sent(self, session: Session, letter_id: int, now: datetime) -> None:
        """Note that the carrier took the letter, and wipe its words."""
        session.execute(
            sa.update(letter)
            .where(letter.c.id == letter_id, letter.c.state != State.SENT)
            .values(
                state=State.SENT,
                sent_at=now,
                claimed_at=None,
                failed_at=None,
                last_error=None,
                key_id=None,
                payload=None,
            )
        )

    def postpone(
        self, session: Session, letter_id: int, failure: SendFailed, now: datetime
    ) -> None:
        """Try again later, or give up; staff can retry, for the words stay sealed."""
        this = (letter.c.id == letter_id, letter.c.state.in_(OPEN))
        row = session.execute(sa.select(letter).where(*this)).one_or_none()
        if row is None:  # somebody sent it after our lease had ended
            return
        due_at = now + BACK_OFF[min(row.tries, len(BACK_OFF)) - 1]
        given_up = failure.permanent or due_at > row.give_up_at
        doubtful = failure.uncertain or row.state == State.UNCERTAIN
        left = State.UNCERTAIN if doubtful else State.WAITING
        session.execute(
            sa.update(letter)
            .where(*this)
            .values(
                state=State.FAILED if given_up else left,
                failed_at=now if given_up else None,
                due_at=due_at,
                claimed_at=None,
                last_error=failure.reason,
            )
        )

    def retry(
        self, session: Session, letter_ids: Collection[int] | None, now: datetime
    ) -> int:
        """Make these letters due, or all that failed; say how many there were."""
        chosen = (
            letter.c.state == State.FAILED
            if letter_ids is None
            else letter.c.id.in_(letter_ids) & (letter.c.state != State.SENT)
        )
        again = (
            sa.update(letter)
            .where(chosen)
            .values(
                state=State.WAITING,
                due_at=now,
                give_up_at=now + PATIENCE,
                tries=0,
                failed_at=None,
            )
        )
        return len(session.execute(again.returning(letter.c.id)).all())

    def withdraw(
        self, session: Session, topic: str, about: Collection[int]
    ) -> set[tuple[int, str]]:
        """Take back what was not sent, for another comes instead: whose, what kind."""
        unsent = sa.delete(letter).where(
            letter.c.topic == topic,
            letter.c.about.in_(about),
            letter.c.state != State.SENT,
        )
        gone = session.execute(unsent.returning(letter.c.about, letter.c.kind))
        return {(row[0], row[1]) for row in gone}

    def reseal(self, session: Session, first: str) -> int:
        """Seal anew, under that key, what waits under others; say how many."""
        asked = sa.select(letter.c.id, letter.c.key_id, letter.c.payload)
        old = session.execute(asked.where(letter.c.key_id != first)).all()
        return sum(self._resealed(session, row) for row in old)

    def forget(
        self, session: Session, *, unsent_before: datetime, sent_before: datetime
    ) -> int:
        """Delete what is older: sealed words first, later what tells of sent ones."""
        is_sent = letter.c.state == State.SENT
        old = sa.or_(
            sa.and_(~is_sent, letter.c.created_at < unsent_before),
            sa.and_(is_sent, letter.c.created_at < sent_before),
        )
        gone = session.execute(sa.delete(letter).where(old).returning(letter.c.id))
        return len(gone.all())

    def take_back(self, session: Session, kind: str, about: int) -> None:
        """Delete the letters of that kind to one reader that were not sent yet."""
        session.execute(
            sa.delete(letter).where(
                letter.c.kind == kind,
                letter.c.about == about,
                letter.c.state != State.SENT,
            )
        )

    def _resealed(self, session: Session, row: sa.Row[int, str, bytes]) -> bool:
        """Unless it was sent meanwhile, and its words are gone."""
        key_id, payload = self.seal(self.unseal(row.key_id, row.payload))
        this = (letter.c.id == row.id, letter.c.key_id == row.key_id)
        anew = sa.update(letter).where(*this).values(key_id=key_id, payload=payload)
        return bool(session.execute(anew.returning(letter.c.id)).all())


def masked(address: str) -> str:
    """Show enough of an address to recognise it, too little to use it."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def _claim(now: datetime) -> sa.Update:
    """One conditional UPDATE: writers queue on SQLite, step aside on PostgreSQL."""
    free = letter.alias("free")
    due_longest = (
        sa.select(free.c.id)
        .where(_is_free(free, now))
        .order_by(free.c.due_at, free.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(letter)
        .where(letter.c.id == due_longest.scalar_subquery(), _is_free(letter, now))
        .values(claimed_at=now, tries=letter.c.tries + 1)
        .returning(letter)
    )


def _is_free(table: sa.FromClause, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.state.in_(OPEN),
        table.c.due_at <= now,
        sa.or_(table.c.claimed_at.is_(None), table.c.claimed_at <= now - LEASE),
    )
