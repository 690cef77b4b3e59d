"""Contracts with providers, their steps and their machines; blobs kept for years."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

LIVING = sa.text("state IN ('requested', 'to_sign', 'signed', 'active', 'suspended')")


def upgrade() -> None:
    op.create_table(
        "kept_blob",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_blob")),
    )
    op.create_table(
        "data_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=13), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("active_from", UtcDateTime(), nullable=True),
        sa.Column("template_version", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=36), nullable=True),
        sa.Column("signed", sa.String(length=36), nullable=True),
        sa.Column("signed_name", sa.String(length=128), nullable=False),
        sa.Column("signed_function", sa.String(length=128), nullable=False),
        sa.Column("signed_mac", sa.LargeBinary(), nullable=True),
        sa.Column("signed_mac_key", sa.String(length=64), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("doubt", sa.String(length=64), nullable=False),
        sa.Column("wish_detail", sa.String(length=16), nullable=False),
        sa.Column("wish_since", sa.Date(), nullable=True),
        sa.Column("wish_purpose", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_contract")),
        sa.UniqueConstraint("public_id", name=op.f("uq_data_contract_public_id")),
        sa.UniqueConstraint("number", name=op.f("uq_data_contract_number")),
        _points("data_contract", "organisation_id", "organisation"),
        _points("data_contract", "requested_by", "account"),
        _points("data_contract", "document", "kept_blob", "key"),
        _points("data_contract", "signed", "kept_blob", "key"),
    )
    for column in ("organisation_id", "state"):
        name = op.f(f"ix_data_contract_{column}")
        op.create_index(name, "data_contract", [column])
    op.create_index(
        "uq_data_contract_living",
        "data_contract",
        ["organisation_id"],
        unique=True,
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )
    _steps_and_clients()


def _steps_and_clients() -> None:
    op.create_table(
        "contract_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_step")),
        _points("contract_step", "contract_id", "data_contract"),
    )
    op.create_table(
        "api_client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("renewed_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_api_client_client_id")),
        _points("api_client", "contract_id", "data_contract"),
    )
    for table in ("contract_step", "api_client"):
        op.create_index(op.f(f"ix_{table}_contract_id"), table, ["contract_id"])


def downgrade() -> None:
    for table in ("api_client", "contract_step", "data_contract", "kept_blob"):
        op.drop_table(table)


def _points(
    table: str, column: str, to: str, key: str = "id"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=name)
