"""What became of letters: whose, on what, when, why not; never what they say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifier.outbox import State, letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A letter as staff may see it: never its words, never the whole address."""

    id: int
    kind: str
    about: int | None
    topic: str | None
    to_hint: str
    state: State
    tries: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    last_error: str | None


_ALL = sa.select(*(letter.c[name] for name in Listed.__slots__)).order_by(letter.c.id)


def listing(
    session: Session,
    states: Collection[State],
    *,
    start: int = 0,
    limit: int | None = None,
) -> list[Listed]:
    """The letters in these states, the oldest first."""
    chosen = _ALL.where(letter.c.state.in_(states))
    return _listed(session, chosen.offset(start).limit(limit))


def on(session: Session, *topics: str) -> list[Listed]:
    """Every letter on these topics, the oldest first."""
    return _listed(session, _ALL.where(letter.c.topic.in_(topics)))


def failing(
    session: Session, topics: Collection[str] | None = None
) -> set[tuple[str, int]]:
    """On which topics (all, or these) a letter failed, and whose it was."""
    these = letter.c.topic.is_not(None)
    if topics is not None:
        these = letter.c.topic.in_(topics)
    asked = sa.select(letter.c.topic, letter.c.about).where(these)
    failed = session.execute(asked.where(letter.c.state == State.FAILED))
    return {(row[0], row[1]) for row in failed}


def counted(session: Session) -> dict[State, int]:
    """How many letters there are in each state."""
    asked = sa.select(letter.c.state, sa.func.count()).group_by(letter.c.state)
    found = {row[0]: row[1] for row in session.execute(asked)}
    return {state: found.get(state, 0) for state in State}


def under(session: Session) -> dict[str, int]:
    """How many letters are sealed under each key."""
    key = letter.c.key_id
    asked = sa.select(key, sa.func.count()).where(key.is_not(None)).group_by(key)
    return {row[0]: row[1] for row in session.execute(asked)}


def _listed(session: Session, asked: sa.Select[tuple[object, ...]]) -> list[Listed]:
    return [
        Listed(**{**row, "state": State(row["state"])})
        for row in session.execute(asked).mappings()
    ]
