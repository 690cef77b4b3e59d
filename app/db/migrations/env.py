"""Alembic over two metadatas: the rooms' tables and the outbox."""

from contextlib import closing

from alembic import context

import app.modules  # noqa: F401 - every room's models are loaded with it
from app.db.audit import AuditEntry  # noqa: F401
from app.db.base import Base
from app.db.session import Database
from notifier import outbox

METADATA = [Base.metadata, outbox.metadata]

with (
    closing(Database(context.config.attributes["url"])) as database,
    database.engine.connect() as connection,
):
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
