"""When an answer about a file last came to its end: it vouches for a broken one."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("file_state", sa.Column("ended_at", UtcDateTime()))


def downgrade() -> None:
    op.drop_column("file_state", "ended_at")
