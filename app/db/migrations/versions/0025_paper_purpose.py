"""A paper that is kept says what for: its key is sealed for that alone."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # all that were kept until now
    contracts = sa.Column(
        "purpose", sa.String(32), nullable=False, server_default="contract"
    )
    op.add_column("kept_blob", contracts)


def downgrade() -> None:
    op.drop_column("kept_blob", "purpose")
