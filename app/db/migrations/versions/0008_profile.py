"""Which reminders somebody wants; a changed password, held back in its session."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch: SQLite would drop and rebuild tables to which others point
    op.add_column(
        "account",
        sa.Column(
            "last_reminder_only",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
        ),
    )
    op.add_column("pending_sign_in", sa.Column("web_session_id", sa.Integer()))
    op.create_index(
        op.f("ix_pending_sign_in_web_session_id"),
        "pending_sign_in",
        ["web_session_id"],
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_pending_sign_in_web_session_id"), "pending_sign_in")
    op.drop_column("pending_sign_in", "web_session_id")
    op.drop_column("account", "last_reminder_only")
