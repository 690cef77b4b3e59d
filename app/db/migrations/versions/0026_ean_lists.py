"""EAN codes that people and organisations keep on a list."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_ean",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("ean", sa.String(length=18), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_ean")),
        _owner("account"),
        _owner("organisation"),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (organisation_id IS NULL)",
            name=op.f("ck_listed_ean_one_owner"),
        ),
        sa.UniqueConstraint("account_id", "ean", name=op.f("uq_listed_ean_account_id")),
        sa.UniqueConstraint(
            "organisation_id", "ean", name=op.f("uq_listed_ean_organisation_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("listed_ean")


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{table}_id"],
        [f"{table}.id"],
        name=op.f(f"fk_listed_ean_{table}_id_{table}"),
        ondelete="CASCADE",
    )
