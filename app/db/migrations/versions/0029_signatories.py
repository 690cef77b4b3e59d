"""Several people may sign one contract; a paper in doubt is held until they insist."""

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OF_ONE = ("signed_name", "signed_mac", "signed_mac_key", "signed_at")


def upgrade() -> None:
    contract = sa.ForeignKeyConstraint(
        ["contract_id"],
        ["data_contract.id"],
        name=op.f("fk_contract_signatory_contract_id_data_contract"),
    )
    op.create_table(
        "contract_signatory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("number_mac", sa.LargeBinary(), nullable=False),
        sa.Column("number_mac_key", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_sender", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_signatory")),
        contract,
    )
    index = op.f("ix_contract_signatory_contract_id")
    op.create_index(index, "contract_signatory", ["contract_id"])
    op.execute(
        "INSERT INTO contract_signatory "
        "(contract_id, name, number_mac, number_mac_key, at) "
        "SELECT id, signed_name, signed_mac, signed_mac_key, signed_at "
        "FROM data_contract WHERE signed_mac IS NOT NULL"
    )
    for name in OF_ONE:
        op.drop_column("data_contract", name)


def downgrade() -> None:
    """The first who signed is kept; a column has no room for another."""
    for column in (
        sa.Column("signed_name", sa.String(128), nullable=False, server_default=""),
        sa.Column("signed_mac", sa.LargeBinary(), nullable=True),
        sa.Column("signed_mac_key", sa.String(64), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("data_contract", column)
    first = (
        "SELECT {} FROM contract_signatory AS s WHERE s.contract_id = data_contract.id "
        "ORDER BY s.id LIMIT 1"
    )
    values = zip(OF_ONE, ("name", "number_mac", "number_mac_key", "at"), strict=True)
    told = ", ".join(f"{key} = ({first.format(of)})" for key, of in values)
    which = "id IN (SELECT contract_id FROM contract_signatory)"
    op.execute(f"UPDATE data_contract SET {told} WHERE {which}")  # noqa: S608 - ours
    op.drop_table("contract_signatory")
