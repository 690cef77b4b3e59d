"""Since when somebody of Mijn Fluvius is forgotten: an account that is nobody's."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("forgotten_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "forgotten_at")
