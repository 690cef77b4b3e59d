"""Machines that are known by a public key; what they signed serves once."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

client = sa.table(
    "api_client",
    sa.column("secret_hash", sa.LargeBinary),
    sa.column("made_at", UtcDateTime),
    sa.column("ended_at", UtcDateTime),
)


def upgrade() -> None:
    with op.batch_alter_table("api_client") as table:  # to which nothing points yet
        table.add_column(sa.Column("public_key", sa.Text()))
        table.add_column(sa.Column("thumbprint", sa.String(length=43)))
        table.alter_column("secret_hash", existing_type=sa.LargeBinary(), nullable=True)
    op.create_table(
        "api_assertion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_client_id", sa.Integer(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_assertion")),
        sa.ForeignKeyConstraint(
            ["api_client_id"],
            ["api_client.id"],
            name=op.f("fk_api_assertion_api_client_id_api_client"),
        ),
        sa.UniqueConstraint(
            "api_client_id", "jti_hash", name=op.f("uq_api_assertion_api_client_id")
        ),
    )
    index = op.f("ix_api_assertion_api_client_id")
    op.create_index(index, "api_assertion", ["api_client_id"])


def downgrade() -> None:
    """One with a key can show itself no more: it is over, and no secret opens it."""
    op.drop_table("api_assertion")
    keyed = client.update().where(client.c.secret_hash.is_(None))
    op.execute(keyed.values(secret_hash=b"", ended_at=client.c.made_at))
    with op.batch_alter_table("api_client") as table:
        table.alter_column(
            "secret_hash", existing_type=sa.LargeBinary(), nullable=False
        )
        table.drop_column("thumbprint")
        table.drop_column("public_key")
