"""Days whose key was destroyed, and files whose bytes are gone before their time."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dead_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("destroyed_at", UtcDateTime(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_dead_day")),
    )
    op.add_column("dropped_file", sa.Column("lost_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("dropped_file", "lost_at")
    op.drop_table("dead_day")
