"""What a letter is one of many about."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter") as table:
        table.add_column(sa.Column("topic", sa.String(length=40), nullable=True))
        table.create_index(op.f("ix_letter_topic"), ["topic"])


def downgrade() -> None:
    with op.batch_alter_table("letter") as table:
        table.drop_index(op.f("ix_letter_topic"))
        table.drop_column("topic")
