"""A database that goes away, and comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from app.db.session import Database


@contextmanager
def away(database: Database) -> Iterator[None]:
    """The database as it is when somebody pulled its plug."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        database.close()
        kept = file.rename(file.with_suffix(".kept"))
        file.mkdir()
        yield
        file.rmdir()
        kept.rename(file)
        return
    allow = f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS"
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"{allow} false"))
        connection.execute(text(end), {"name": url.database})
        yield
        connection.execute(text(f"{allow} true"))
    server.dispose()
