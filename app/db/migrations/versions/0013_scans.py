"""What a scanner found in each file, and the alarms that were raised of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("draft_file", "dropped_file"):
        for column in _columns():
            op.add_column(table, column)
    op.create_index("ix_dropped_file_finding", "dropped_file", ["finding"])
    op.create_table(
        "scan_alarm",
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("cause", name=op.f("pk_scan_alarm")),
    )


def downgrade() -> None:
    op.drop_table("scan_alarm")
    op.drop_index("ix_dropped_file_finding", "dropped_file")
    for table in ("draft_file", "dropped_file"):
        for column in reversed(_columns()):
            op.drop_column(table, column.name)


def _columns() -> list[sa.Column[Any]]:
    """What lies there already was looked into by nobody."""
    return [
        _words("finding", 16, "unscanned"),
        _words("finding_why", 200, ""),
        sa.Column("scan_due_at", UtcDateTime()),
    ]


def _words(name: str, length: int, default: str) -> sa.Column[str]:
    kind = sa.String(length=length)
    return sa.Column(name, kind, nullable=False, server_default=default)
