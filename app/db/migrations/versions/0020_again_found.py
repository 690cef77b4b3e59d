"""A posting finds the one before it, and the one after, without reading all files."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_dropped_file_again_of",
        "dropped_file",
        ["again_of"],
        sqlite_where=sa.text("again_of IS NOT NULL"),
        postgresql_where=sa.text("again_of IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_dropped_file_again_of", "dropped_file")
