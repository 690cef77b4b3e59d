"""Whom issuers told us of, who is on the way there; since when one is a provider."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("subject_mac", sa.LargeBinary(), nullable=False),
        sa.Column("number_mac", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_external_identity_account_id_account"),
        ),
        sa.UniqueConstraint(
            "provider", "subject_mac", name=op.f("uq_external_identity_provider")
        ),
    )
    for column in ("account_id", "number_mac"):
        index = op.f(f"ix_external_identity_{column}")
        op.create_index(index, "external_identity", [column])
    op.create_table(
        "issuer_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("redirect_uri", sa.String(length=500), nullable=False),
        sa.Column("next_path", sa.String(length=2000), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("spent_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_attempt")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_issuer_attempt_state_hash")),
    )
    op.create_index(op.f("ix_issuer_attempt_made_at"), "issuer_attempt", ["made_at"])

    # when it became a provider: the room of contracts says so
    op.add_column(
        "organisation", sa.Column("provider_since", UtcDateTime(), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("organisation", "provider_since")
    op.drop_table("issuer_attempt")
    op.drop_table("external_identity")
