"""The hour at which a released draft leaves, and why one did not."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = ("leaves_at", "leaves_by", "leaves_with", "stopped_at", "stopped")


def upgrade() -> None:
    # no batch: SQLite would drop and rebuild tables to which others point
    for column in (
        sa.Column("leaves_at", UtcDateTime(), nullable=True),
        sa.Column("leaves_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("leaves_with", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("stopped", sa.String(400), nullable=False, server_default=""),
    ):
        op.add_column("draft", column)
    op.create_index("ix_draft_leaves_at", "draft", ["leaves_at"])


def downgrade() -> None:
    op.drop_index("ix_draft_leaves_at", "draft")
    for name in COLUMNS:
        op.drop_column("draft", name)
