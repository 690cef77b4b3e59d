"""The only place that begins and commits a transaction."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, Update, create_engine, event, text
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import (
    InvalidatePoolError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import Delete, Insert

from app.kernel.errors import AppError, Busy, Full

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)
COUNTED = {"synchronize_session": False, "preserve_rowcount": True}  # of INSERTs too
ONE_LOOK = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
BARE = "AUTOCOMMIT"
NO_ROOM = {sqlite3.SQLITE_FULL, "53100"}  # the second is PostgreSQL's disk_full
SOURCE = "source"
CONNECT_SECONDS, POOL_SECONDS, RETRY_SECONDS = 5, 10, 30
REST_SECONDS, RESTS_SINCE = 1, "rests since"
TURN = 10_000  # milliseconds that a writer waits on SQLite for the one before
AT_ONCE = text("SET LOCAL lock_timeout = '20ms'")


class Database:
    """An engine, and the ways to use it: to change, to try to, and to read."""

    def __init__(self, url: str, *, rest: float = REST_SECONDS) -> None:
        self.engine = _engine(url, rest)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._reader = self.engine.execution_options(
            **({"reading": True} if self._is_sqlite else ONE_LOOK)
        )
        self._glancer = self.engine.execution_options(
            **({"reading": True} if self._is_sqlite else {"isolation_level": BARE})
        )
        self._hasty = self.engine.execution_options(hasty=True)

    @contextmanager
    def transaction(self, source: str = "") -> Iterator[Session]:
        """All of it or nothing of it; on SQLite the writer's turn from the start.

        source: where the wish for it came from, as the audit book is to say.
        """
        with (
            Session(
                self.engine, expire_on_commit=False, info={SOURCE: source}
            ) as session,
            session.begin(),
        ):
            yield session

    def attempt(self, change: Callable[[Session], object]) -> bool:
        """Make a change that may as well come later; never wait for another writer."""
        try:
            with Session(self._hasty) as session, session.begin():
                if not self._is_sqlite:
                    session.execute(AT_ONCE)
                change(session)
        except OperationalError:
            return False
        return True

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look; whoever writes in it is refused."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """One question on its own, for what is asked all day: the rest is half of it.

        On PostgreSQL there is no transaction around it, and so nothing is refused.
        """
        with Session(self._glancer) as session:
            yield session

    def answers(self) -> bool:
        """Whether a question comes back at all."""
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def meaning(self, error: BaseException) -> AppError | None:
        """What an error of the database means to who asked: no room, or not now."""
        if not isinstance(error, OperationalError | PoolTimeout):
            return None
        orig = getattr(error, "orig", None)
        codes = {getattr(orig, "sqlite_errorcode", 0), getattr(orig, "sqlstate", "")}
        return Full() if codes & NO_ROOM else Busy(after=RETRY_SECONDS)

    def close(self) -> None:
        self.engine.dispose()


def won(
    session: Session,
    statement: Update | Delete | Insert,
    values: Mapping[str, object] | None = None,
) -> bool:
    """Whether the conditional statement changed its one row: the claim is ours."""
    result = session.execute(statement, values, execution_options=COUNTED)
    return isinstance(result, CursorResult) and result.rowcount == 1


def _engine(url: str, rest: float) -> Engine:
    # an error that shows the parameters of a statement would put people in the log
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=10,
            pool_timeout=POOL_SECONDS,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_wake, engine, rest))
        return engine
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 10})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = monotonic()


def _wake(
    engine: Engine,
    rest: float,
    connection: Any,  # noqa: ANN401 - DBAPI
    record: ConnectionPoolEntry,
    _proxy: object,
) -> None:
    """Ask one that rested whether it is still there; to ask at each use costs time."""
    if monotonic() - record.info.get(RESTS_SINCE, monotonic()) < rest:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as gone:
        raise InvalidatePoolError from gone  # the others are gone too: all anew


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - DBAPI
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    # its own knows no É, which PostgreSQL does: a search must find the same in both
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _lower(text: str | None) -> str | None:
    return text and text.lower()


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that reads first and writes later would fail at the change."""
    options = connection.get_execution_options()
    reading = options.get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    patience = 0 if options.get("hasty", False) else TURN
    connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
