"""Organisations, who may act for them, and for whom a session acts."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LIVING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kbo", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("kbo", name=op.f("uq_organisation_kbo")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("rank", sa.String(length=16), nullable=False),
        sa.Column("function", sa.String(length=64), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        _points("membership", "organisation_id", "organisation"),
        _points("membership", "account_id", "account"),
        _points("membership", "granted_by", "account"),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"])
    _one_living("membership", "organisation_id", "account_id", "source")
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("rank", sa.String(length=16), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        _points("invitation", "organisation_id", "organisation"),
        _points("invitation", "granted_by", "account"),
    )
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"])
    _one_living("invitation", "organisation_id", "email")
    op.create_table(
        "acting",
        sa.Column("web_session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("web_session_id", name=op.f("pk_acting")),
        _points("acting", "account_id", "account"),
        _points("acting", "organisation_id", "organisation"),
    )
    op.create_index(op.f("ix_acting_account_id"), "acting", ["account_id"])


def downgrade() -> None:
    for table in ("acting", "invitation", "membership", "organisation"):
        op.drop_table(table)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def _one_living(table: str, *columns: str) -> None:
    op.create_index(
        f"uq_{table}_today",
        table,
        columns,
        unique=True,
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )
