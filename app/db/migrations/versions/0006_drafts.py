"""Drafts of deliveries."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("dies_at", UtcDateTime(), nullable=False),
        sa.Column("release_id", sa.String(length=22), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("discarded_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name=op.f("fk_draft_delivery_id_delivery"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_draft_public_id")),
    )
    op.create_index(op.f("ix_draft_dies_at"), "draft", ["dies_at"])
    op.create_table(
        "draft_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("blob_key", sa.String(length=36), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_day", sa.Date(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_file_draft_id_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
        sa.UniqueConstraint("blob_key", name=op.f("uq_draft_file_blob_key")),
        sa.UniqueConstraint("draft_id", "name", name=op.f("uq_draft_file_draft_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_draft_file_public_id")),
    )
    op.create_index(op.f("ix_draft_file_key_day"), "draft_file", ["key_day"])


def downgrade() -> None:
    op.drop_index(op.f("ix_draft_file_key_day"), table_name="draft_file")
    op.drop_table("draft_file")
    op.drop_index(op.f("ix_draft_dies_at"), table_name="draft")
    op.drop_table("draft")
