"""Receipts; what was downloaded before there were any gets one."""

import secrets

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DONE = sa.text(
    "SELECT s.file_id, s.account_id, f.community_id, s.downloaded_at AS at, "
    'a.name AS "by", c.number AS community_number, c.name AS community_name, '
    "f.name AS file_name, f.version, f.size, f.sha256 "
    "FROM file_state s JOIN dropped_file f ON f.id = s.file_id "
    "JOIN account a ON a.id = s.account_id "
    "JOIN community c ON c.id = f.community_id WHERE s.downloaded_at IS NOT NULL"
).columns(at=UtcDateTime())


def upgrade() -> None:
    receipt = op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(22), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("community_number", sa.String(9), nullable=False),
        sa.Column("community_name", sa.String(128), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["dropped_file.id"],
            name=op.f("fk_receipt_file_id_dropped_file"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_receipt_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_receipt_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("public_id", name=op.f("uq_receipt_public_id")),
        sa.UniqueConstraint("file_id", "account_id", name=op.f("uq_receipt_file_id")),
    )
    op.create_index("ix_receipt_list", "receipt", ["community_id", "at"])
    op.create_index(op.f("ix_receipt_at"), "receipt", ["at"])
    rows = op.get_bind().execute(DONE).mappings().all()
    if rows:
        op.bulk_insert(
            receipt, [{**row, "public_id": secrets.token_urlsafe(16)} for row in rows]
        )


def downgrade() -> None:
    op.drop_table("receipt")
