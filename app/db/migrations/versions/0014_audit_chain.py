"""The chain of the audit book; where a line came from, and whether it was refused."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # lines that stand there already are bound at the first tick of the jobs
    op.add_column(
        "audit_entry",
        sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "audit_entry",
        sa.Column("source", sa.String(length=45), nullable=False, server_default=""),
    )
    op.create_table(
        "audit_link",
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("bound_at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("broken_from", BIG, nullable=True),
        sa.Column("broken_until", BIG, nullable=True),
        sa.Column("fault", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
        sa.UniqueConstraint("day", name=op.f("uq_audit_check_day")),
    )


def downgrade() -> None:
    op.drop_table("audit_check")
    op.drop_table("audit_link")
    op.drop_column("audit_entry", "source")
    op.drop_column("audit_entry", "refused")
