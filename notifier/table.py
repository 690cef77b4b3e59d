"""The table of letters and their states, which the outbox and its ledger share."""

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa


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
