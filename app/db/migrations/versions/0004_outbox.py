"""The outbox of letters."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("to_hint", sa.String(length=320), nullable=False),
        sa.Column("message_id", sa.String(length=320), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("give_up_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("key_id", sa.String(length=80), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'sent') = (payload IS NULL)", name=op.f("ck_letter_sent_is_wiped")
        ),
        sa.CheckConstraint(
            "state IN ('waiting','sent','uncertain','failed')",
            name=op.f("ck_letter_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    op.create_index(op.f("ix_letter_about"), "letter", ["about"])
    op.create_index(op.f("ix_letter_state_due_at"), "letter", ["state", "due_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_letter_state_due_at"), table_name="letter")
    op.drop_index(op.f("ix_letter_about"), table_name="letter")
    op.drop_table("letter")
