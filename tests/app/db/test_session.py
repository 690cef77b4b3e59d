from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from psycopg.errors import DiskFull
from sqlalchemy import func, insert, null, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.db import audit
from app.db.audit import AuditEntry
from app.db.base import Base
from app.db.beat import Beat, last_beat, note_beat
from app.db.session import Database, won
from app.kernel.errors import Busy, Full
from tests.databases import ON_POSTGRES

NOW = datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def beat(database: Database) -> datetime | None:
    with database.reading() as session:
        return last_beat(session)


@ON_POSTGRES
def test_a_connection_that_died_while_it_rested_is_made_anew(
    database_url: str,
) -> None:
    database = Database(database_url, rest=0)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
    with database.reading(), database.reading() as session:
        ours = session.scalar(text("SELECT pg_backend_pid()"))
    server = Database(database_url)
    with server.transaction() as session:
        others = f"{end} AND pid <> pg_backend_pid()"
        session.execute(text(others), {"name": database.engine.url.database})
    for _ in range(2):
        with database.reading() as session:
            assert session.scalar(text("SELECT pg_backend_pid()")) != ours
    server.close()
    database.close()


def test_a_transaction_is_kept_whole(database: Database) -> None:
    assert beat(database) is None
    with database.transaction() as session:
        note_beat(session, NOW - timedelta(minutes=1))
        note_beat(session, NOW)
    assert beat(database) == NOW


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def work() -> None:
        with database.transaction() as session:
            note_beat(session, NOW)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert beat(database) is None


def test_who_only_reads_cannot_write(database: Database) -> None:
    write = insert(Beat).values(id=1, at=NOW)
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(write)
    with database.transaction() as session:
        note_beat(session, NOW)
    assert beat(database) == NOW


def test_after_a_glance_a_transaction_is_still_one(database: Database) -> None:
    with database.transaction() as session:
        note_beat(session, NOW)
    with database.glance() as session:
        assert last_beat(session) == NOW
    with suppress(ZeroDivisionError), database.transaction() as session:
        note_beat(session, NOW + timedelta(minutes=1))
        raise ZeroDivisionError
    assert beat(database) == NOW


def test_a_reader_has_one_look_while_others_write(database: Database) -> None:
    with database.reading() as session:
        assert last_beat(session) is None
        with database.transaction() as other:
            note_beat(other, NOW)
        assert session.scalar(select(Beat.at)) is None
    assert beat(database) == NOW


def test_a_writer_waits_for_the_one_before(database: Database) -> None:
    """Both read before they write; neither loses the other's word."""
    inside, done = Event(), []

    def second() -> None:
        inside.wait()
        with database.transaction() as session:
            row = session.get(Beat, 1, with_for_update=True)
            assert row is not None
            row.at += timedelta(hours=1)
        done.append(True)

    with database.transaction() as session:
        note_beat(session, NOW)
    other = Thread(target=second)
    other.start()
    with database.transaction() as session:
        row = session.get(Beat, 1, with_for_update=True)
        assert row is not None
        inside.set()
        other.join(0.05)
        row.at += timedelta(hours=1)
    other.join()
    assert done
    assert beat(database) == NOW + timedelta(hours=2)


def test_an_attempt_never_waits_for_a_writer(database: Database) -> None:
    def note(session: Session) -> None:
        note_beat(session, NOW + timedelta(hours=1))

    with database.transaction() as session:
        note_beat(session, NOW)
    with database.transaction() as session:
        note_beat(session, NOW + timedelta(minutes=1))
        session.flush()
        began = monotonic()
        assert not database.attempt(note)
        assert monotonic() - began < 1
    assert beat(database) == NOW + timedelta(minutes=1)
    assert database.attempt(note)
    assert beat(database) == NOW + timedelta(hours=1)


def test_small_letters_are_the_same_in_each_database(database: Database) -> None:
    with database.reading() as session:
        asked = select(func.lower("ÉLISE Ångström"), func.lower(null()))
        assert session.execute(asked).one() == ("élise ångström", None)


def test_a_claim_is_won_once(database: Database) -> None:
    claim = update(Beat).where(Beat.id == 1, Beat.at == NOW).values(at=NOW.max)
    with database.transaction() as session:
        assert won(session, insert(Beat).values(id=1, at=NOW))
        claim = claim.values(at=NOW + timedelta(days=1))
        assert won(session, claim)
        assert not won(session, claim)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with (
        pytest.raises(StatementError, match="naive datetime"),
        database.transaction() as session,
    ):
        session.add(Beat(id=1, at=NOW.replace(tzinfo=None)))


def test_a_moment_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    with database.transaction() as session:
        note_beat(session, NOW.astimezone(timezone(timedelta(hours=2))))
    found = beat(database)
    assert found == NOW
    assert found.utcoffset() == timedelta(0)


def test_the_audit_book_is_written_with_what_it_tells_of(database: Database) -> None:
    with database.transaction() as session:
        audit.record(session, "file.purge", "file:abc", at=NOW)
        audit.record(session, "sign_in", "account:1", at=NOW, by="an.peeters", tries=2)
    with database.reading() as session:
        lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(line.by, line.action, line.about, line.details) for line in lines] == [
        ("energiepost", "file.purge", "file:abc", {}),
        ("an.peeters", "sign_in", "account:1", {"tries": 2}),
    ]


def test_an_error_never_shows_what_a_statement_carried(database: Database) -> None:
    entry = {"id": 1, "at": NOW, "action": "x", "about": "an@noord.example"}
    with (
        pytest.raises(IntegrityError) as raised,
        database.transaction() as session,
    ):
        session.execute(insert(AuditEntry).values(**entry, details={}))
    assert "parameters hidden" in str(raised.value)


def test_a_database_that_is_away_does_not_answer(database: Database) -> None:
    assert database.answers()
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert not away.answers()
    away.close()


def test_an_error_of_the_database_means_not_now(database: Database) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError) as raised, away.reading() as session:
        session.execute(text("SELECT 1"))
    assert isinstance(database.meaning(raised.value), Busy)
    assert isinstance(database.meaning(PoolTimeout()), Busy)
    assert database.meaning(ZeroDivisionError()) is None
    away.close()


def fill(session: Session) -> None:
    session.execute(text("PRAGMA max_page_count=1"))
    for number in range(50):
        audit.record(session, "x", f"{number}", at=NOW, text="y" * 4000)
    session.flush()


def test_a_full_disk_means_no_room(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'small.sqlite'}")
    Base.metadata.create_all(database.engine)
    with pytest.raises(OperationalError) as raised, database.transaction() as session:
        fill(session)
    assert isinstance(database.meaning(raised.value), Full)
    postgresql = OperationalError("INSERT", {}, DiskFull())
    assert isinstance(database.meaning(postgresql), Full)
    database.close()
