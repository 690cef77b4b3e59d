"""Why the new versions of a draft come."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch: SQLite would drop and rebuild tables to which others point
    op.add_column(
        "draft",
        sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("draft", "reason")
