"""A provider's short address for paper; whoever is one already gets it here."""

import secrets

import sqlalchemy as sa
from alembic import op

from app.db.base import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ALPHABET, LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 7


def upgrade() -> None:
    links = op.create_table(
        "short_link",
        sa.Column("organisation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=7), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_short_link")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_short_link_organisation_id_organisation"),
        ),
        sa.UniqueConstraint("code", name=op.f("uq_short_link_code")),
    )
    contract = sa.table(
        "data_contract",
        sa.column("organisation_id", sa.Integer()),
        sa.column("active_from", UtcDateTime()),
    )
    known = (
        sa.select(contract.c.organisation_id, sa.func.min(contract.c.active_from))
        .where(contract.c.active_from.is_not(None))
        .group_by(contract.c.organisation_id)
    )
    for organisation, since in op.get_bind().execute(known).all():
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        row = {"organisation_id": organisation, "code": code, "made_at": since}
        op.execute(links.insert().values(row))


def downgrade() -> None:
    op.drop_table("short_link")
