"""The file drop."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("shared_by", sa.String(length=160), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delivery_public_id")),
    )
    op.create_table(
        "dropped_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ext", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.String(length=400), nullable=True),
        sa.Column("blob_key", sa.String(length=36), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_day", sa.Date(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("purge_claimed_at", UtcDateTime(), nullable=True),
        sa.Column("purged_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_dropped_file_community_id_community"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name=op.f("fk_dropped_file_delivery_id_delivery"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_file")),
        sa.UniqueConstraint("blob_key", name=op.f("uq_dropped_file_blob_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_dropped_file_public_id")),
        sa.UniqueConstraint("slot", name=op.f("uq_dropped_file_slot")),
    )
    op.create_index(
        "ix_dropped_file_clearing", "dropped_file", ["purged_at", "expires_at"]
    )
    op.create_index(
        op.f("ix_dropped_file_delivery_id"), "dropped_file", ["delivery_id"]
    )
    op.create_index(
        "ix_dropped_file_inbox", "dropped_file", ["community_id", "expires_at"]
    )
    op.create_index(op.f("ix_dropped_file_key_day"), "dropped_file", ["key_day"])
    op.create_index(
        "ix_dropped_file_versions", "dropped_file", ["community_id", "period"]
    )
    op.create_table(
        "reminder",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reminder_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_reminder")),
    )
    op.create_table(
        "selection",
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("file_ids", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_selection_account_id_account")
        ),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_selection")),
    )
    op.create_index(op.f("ix_selection_made_at"), "selection", ["made_at"])
    op.create_table(
        "file_state",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("downloaded_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("served", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_file_state_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["dropped_file.id"],
            name=op.f("fk_file_state_file_id_dropped_file"),
        ),
        sa.PrimaryKeyConstraint("file_id", "account_id", name=op.f("pk_file_state")),
    )
    op.create_index(op.f("ix_file_state_account_id"), "file_state", ["account_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_file_state_account_id"), table_name="file_state")
    op.drop_table("file_state")
    op.drop_index(op.f("ix_selection_made_at"), table_name="selection")
    op.drop_table("selection")
    op.drop_table("reminder")
    op.drop_index("ix_dropped_file_versions", table_name="dropped_file")
    op.drop_index(op.f("ix_dropped_file_key_day"), table_name="dropped_file")
    op.drop_index("ix_dropped_file_inbox", table_name="dropped_file")
    op.drop_index(op.f("ix_dropped_file_delivery_id"), table_name="dropped_file")
    op.drop_index("ix_dropped_file_clearing", table_name="dropped_file")
    op.drop_table("dropped_file")
    op.drop_table("delivery")
