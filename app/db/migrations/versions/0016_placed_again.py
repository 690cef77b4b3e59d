"""Which file a posting is the second one of."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no foreign key: SQLite adds none without rebuilding a table that others point to
    op.add_column("dropped_file", sa.Column("again_of", sa.String(22), nullable=True))


def downgrade() -> None:
    op.drop_column("dropped_file", "again_of")
