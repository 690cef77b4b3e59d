"""A new mobile number is held back until the code that was sent there passes."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pending_sign_in", sa.Column("held_mobile", sa.String(20)))


def downgrade() -> None:
    op.drop_column("pending_sign_in", "held_mobile")
