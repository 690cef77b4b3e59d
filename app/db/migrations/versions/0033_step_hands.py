"""Whose hand a step of a contract was, whatever their login became since."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

step = sa.table("contract_step", sa.column("by"), sa.column("by_id", sa.Integer))
account = sa.table("account", sa.column("id", sa.Integer), sa.column("login"))


def upgrade() -> None:
    with op.batch_alter_table("contract_step") as table:  # to which nothing points
        table.add_column(sa.Column("by_id", sa.Integer()))
        table.create_foreign_key(
            op.f("fk_contract_step_by_id_account"), "account", ["by_id"], ["id"]
        )
    theirs = sa.select(account.c.id).where(account.c.login == step.c.by)
    op.execute(step.update().values(by_id=theirs.scalar_subquery()))


def downgrade() -> None:
    with op.batch_alter_table("contract_step") as table:
        table.drop_constraint(
            op.f("fk_contract_step_by_id_account"), type_="foreignkey"
        )
        table.drop_column("by_id")
