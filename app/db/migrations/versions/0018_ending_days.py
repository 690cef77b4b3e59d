"""Days whose key is about to be destroyed, until that is certified."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ending_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_ending_day")),
    )


def downgrade() -> None:
    op.drop_table("ending_day")
