"""Letters as rows: written where the files are written, handed over afterwards."""

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifier import Email, SendFailed

LEASE = timedelta(minutes=10)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))
PATIENCE = timedelta(days=5)


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


OPEN = (State.WAITING, State.UNCERTAIN)


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment in UTC; one without a zone is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, _dialect: sa.Dialect
    ) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value and value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, _dialect: sa.Dialect
    ) -> datetime | None:
        # SQLite gives back what it was given, but forgets the zone.
        return value and (
            value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        )


# The table has its own metadata, so that this package knows no other's.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)
letter = sa.Table(
    "letter",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("about", sa.Integer, index=True),
    sa.Column("topic", sa.String(40), index=True),
    sa.Column("to_hint", sa.String(320), nullable=False),
    sa.Column("message_id", sa.String(320), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("give_up_at", UtcTime, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_at", UtcTime),
    sa.Column("sent_at", UtcTime),
    sa.Column("failed_at", UtcTime),
    sa.Column("last_error", sa.String(200)),
    sa.Column("key_id", sa.String(80)),
    sa.Column("payload", sa.LargeBinary),
    sa.CheckConstraint(
        "state IN ('waiting','sent','uncertain','failed')", name="state"
    ),
    sa.CheckConstraint("(state = 'sent') = (payload IS NULL)", name="sent_is_wiped"),
    sa.Index(None, "state", "due_at"),
)


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

    def claim(self, session: Session, now: datetime) -> Waiting | None:
        """Take the letter due longest, for ten minutes; commit before sending it."""
        while row := session.execute(_claim(now)).one_or_none():
            try:
                email = Email(**json.loads(self.unseal(row.key_id, row.payload)))
            except Exception:  # noqa: BLE001 - whatever the cipher raises, others wait
                unreadable = SendFailed("the letter cannot be unsealed", permanent=True)
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

    def take_back(self, session: Session, kind: str, about: int) -> None:
        """Delete the letters of that kind to one reader that were not sent yet."""
        session.execute(
            sa.delete(letter).where(
                letter.c.kind == kind,
                letter.c.about == about,
                letter.c.state != State.SENT,
            )
        )


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
