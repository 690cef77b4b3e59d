"""A posting finds the one before it, and the one after, without reading all files."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_dropped_file_again_of", "dropped_file", ["again_of"])


def downgrade() -> None:
    op.drop_index("ix_dropped_file_again_of", "dropped_file")
