"""A contract asked for beside the one that stands, to take its place."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

RUNNING = sa.text("state IN ('requested', 'to_sign', 'signed')")
STANDING = sa.text("state IN ('active', 'suspended')")
LIVING = sa.text("state IN ('requested', 'to_sign', 'signed', 'active', 'suspended')")
contract = sa.table(
    "data_contract", sa.column("state", sa.String), sa.column("replaces", sa.String)
)
step = sa.table("contract_step", sa.column("state", sa.String))


def upgrade() -> None:
    op.add_column("data_contract", sa.Column("replaces", sa.String(length=13)))
    op.drop_index("uq_data_contract_living", "data_contract")
    _one("running", RUNNING)
    _one("standing", STANDING)


def downgrade() -> None:
    """One asked for beside another cannot be told any more: it is over."""
    for index in ("running", "standing"):
        op.drop_index(f"uq_data_contract_{index}", "data_contract")
    beside = contract.update().where(contract.c.replaces.is_not(None), RUNNING)
    op.execute(beside.values(state="cancelled"))
    for table in (contract, step):
        replaced = table.update().where(table.c.state == "replaced")
        op.execute(replaced.values(state="ended"))
    op.drop_column("data_contract", "replaces")
    _one("living", LIVING)


def _one(name: str, where: sa.TextClause) -> None:
    """At most one of each organisation that stands so."""
    op.create_index(
        f"uq_data_contract_{name}",
        "data_contract",
        ["organisation_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
