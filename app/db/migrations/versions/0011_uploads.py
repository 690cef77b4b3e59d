"""Uploads that may be resumed."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.String(length=2000), nullable=False),
        sa.Column("key_day", sa.Date(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("begun_by", sa.String(length=64), nullable=False),
        sa.Column("writer", sa.String(length=22), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_upload_draft_id_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_upload_public_id")),
    )
    op.create_index(op.f("ix_upload_draft_id"), "upload", ["draft_id"])
    op.create_index(op.f("ix_upload_key_day"), "upload", ["key_day"])
    op.create_table(
        "upload_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("blob_key", sa.String(length=36), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_upload_run_upload_id_upload")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_run")),
        sa.UniqueConstraint("blob_key", name=op.f("uq_upload_run_blob_key")),
    )
    op.create_index(op.f("ix_upload_run_upload_id"), "upload_run", ["upload_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_upload_run_upload_id"), table_name="upload_run")
    op.drop_table("upload_run")
    op.drop_index(op.f("ix_upload_key_day"), table_name="upload")
    op.drop_index(op.f("ix_upload_draft_id"), table_name="upload")
    op.drop_table("upload")
