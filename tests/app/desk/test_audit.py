"""Leafing through the audit book: every line once, in one order."""

from app.accounts.service import Accounts
from app.db import audit
from app.desk.service_audit import LEAF, AuditBook, Question
from app.runtime import Runtime
from tests.cast import Cast


def written(runtime: Runtime, count: int) -> None:
    with runtime.transaction() as session:
        for number in range(count):
            about = f"day:{number}"
            audit.record(session, "key.destroy", about, at=runtime.clock())


def test_leafing_there_and_back_shows_each_line_once(runtime: Runtime) -> None:
    written(runtime, 2 * LEAF + 7)
    with runtime.reading() as session:
        book, every = AuditBook.of(session, runtime), Question(kind="key")
        first = book.leaf(every)
        second = book.leaf(every, before=first.older)
        third = book.leaf(every, before=second.older)
        assert [len(leaf.lines) for leaf in (first, second, third)] == [LEAF, LEAF, 7]
        ids = [line.id for leaf in (first, second, third) for line in leaf.lines]
        assert ids == sorted(set(ids), reverse=True)
        assert (first.newer, third.older) == (None, None)
        back = book.leaf(every, after=third.newer)
        assert back.lines == second.lines
        top = book.leaf(every, after=back.newer)
        assert top.lines == first.lines
        assert top.newer is None


def test_a_leaf_beyond_the_book_is_empty(runtime: Runtime) -> None:
    written(runtime, 1)
    with runtime.reading() as session:
        leaf = AuditBook.of(session, runtime).leaf(Question(), before=0)
    assert (leaf.lines, leaf.older, leaf.newer) == ([], None, None)


def test_a_wildcard_in_a_filter_is_only_a_sign(cast: Cast) -> None:
    cast.everybody()
    with cast.runtime.reading() as session:
        book = AuditBook.of(session, cast.runtime)
        assert book.leaf(Question(who="%")).lines == []
        assert book.leaf(Question(file="_")).lines == []
        assert book.leaf(Question(who="SAM.")).lines


def test_a_login_finds_what_somebody_did_and_what_was_done_to_them(cast: Cast) -> None:
    cast.everybody()
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block("an.peeters", by="lies.claes")
    with cast.runtime.reading() as session:
        book = AuditBook.of(session, cast.runtime)
        (last, *_) = book.leaf(Question(who="an.peeters")).lines
        assert (last.action, last.by) == ("account.block", "lies.claes")
        assert book.leaf(Question(who="lies.claes")).lines == [last]
        others = book.leaf(Question(who="bo.maes")).lines
        assert last not in others
