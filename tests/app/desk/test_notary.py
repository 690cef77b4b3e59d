"""The notary: every line is bound once, and none waits for long."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select, update

from app.db import audit
from app.db.audit import AuditEntry
from app.db.chain import AuditLink
from app.desk.service_chain import AT_ONCE, LOOK_BACK, Notary
from app.desk.ticks import bind_some
from app.kernel.chain import Seals
from app.runtime import Runtime
from app.web.context import KEY
from tests.bookkeeping import bind, checked, head, write
from tests.clock import FakeClock
from tests.databases import ON_POSTGRES, ONE_DATABASE

Run = Callable[..., Result]


def test_every_line_is_bound_once_and_in_its_order(book: Runtime) -> None:
    write(book, 3)
    bind(book)
    with book.reading() as session:
        pairs = session.execute(select(AuditLink.number, AuditLink.entry_id)).all()
        ids = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
    assert sorted(map(tuple, pairs)) == list(enumerate(ids, start=1))
    assert checked(book) == (head(book), None)
    assert head(book).number == 12 + 3


def test_notaries_at_once_bind_nothing_twice(runtime: Runtime) -> None:
    write(runtime, AT_ONCE + 50)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bind, [runtime] * 4))
    assert checked(runtime) == (head(runtime), None)
    assert head(runtime).number == AT_ONCE + 50


@ON_POSTGRES
def test_a_line_that_was_committed_late_is_bound_after_its_successors(
    runtime: Runtime,
) -> None:
    with runtime.transaction() as slow:
        audit.record(slow, "file.purge", "file:slow", at=runtime.clock())
        slow.flush()  # it has its number now, and nobody sees it
        write(runtime, 2)
        bind(runtime)
    assert head(runtime).number == 2
    bind(runtime)
    assert checked(runtime) == (head(runtime), None)
    assert head(runtime).number == 3


@ONE_DATABASE
def test_a_line_that_came_too_late_for_a_glance_is_found_by_a_thorough_one(
    runtime: Runtime,
) -> None:
    with runtime.transaction() as session:
        audit.record(session, "file.purge", "file:x", at=runtime.clock())
        session.flush()
        ids = update(AuditEntry).values(id=AuditEntry.id + 2 * LOOK_BACK)
        session.execute(ids)
    bind(runtime)
    with runtime.transaction() as session:
        one = {"id": 1, "at": runtime.clock(), "by": "x", "action": "x.y", "about": ""}
        session.execute(insert(AuditEntry).values(**one, details={}))
    bind(runtime)
    assert head(runtime).number == 1
    with runtime.transaction() as session:
        assert Notary.of(session, runtime).bind(thoroughly=True) == 1
    assert checked(runtime) == (head(runtime), None)


def test_who_looks_is_told_of_lines_that_wait_and_when_that_is_too_long(
    book: Runtime, command: Run, clock: FakeClock
) -> None:
    write(book, 1)
    told = command("audit", "verify")
    assert told.exit_code == 0
    assert told.stdout == (
        "De keten klopt tot en met regel 12. 1 regel wacht nog op de notaris.\n"
    )
    clock.forward(minutes=61)
    late = command("audit", "verify", "--json")
    assert late.exit_code == 1
    assert "draaien de taken?" in late.stderr
    assert '"waiting": 1' in late.stdout


def test_without_the_keys_nobody_binds_or_judges(
    runtime: Runtime, app: Flask, command: Run
) -> None:
    write(runtime, 1)
    pages = replace(runtime, seals=Seals({}))
    assert not bind_some(pages)
    assert head(runtime).number == 0
    app.extensions[KEY] = pages
    refused = command("audit", "verify")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Fout: AUDIT_KEYS ontbreekt: zonder de sleutels")


def test_a_day_has_one_look_whoever_comes_second(book: Runtime) -> None:
    found, day = checked(book), book.clock().date()
    firsts = []
    for _ in range(2):
        with book.transaction() as session:
            firsts.append(Notary.of(session, book).note(found, day=day))
    assert firsts == [True, False]


def test_a_head_that_is_none_is_refused_in_one_sentence(command: Run) -> None:
    refused = command("audit", "verify", "--head", "184220")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("Fout: De optie --head heeft een waarde die niet")
