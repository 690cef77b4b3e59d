"""Nobody waits for somebody else's work, nor for the number of files."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import event, func, select, update

from app.accounts.models import Account, WebSession
from app.filedrop.models import FileState
from app.filedrop.service import FileDrop, Reader
from app.filedrop.service_shelf import FileView
from app.runtime import Runtime
from tests.cast import ELS, NOORD, SAM_MOBILE, STAFF_PASSWORD, Cast, correction
from tests.inbox import choose, ids
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


@pytest.fixture
def an(an_with: Callable[[dict[str, bytes]], Visitor]) -> Visitor:
    """An is in, and has one file."""
    return an_with({correction(NOORD): b"x"})


MANY = [
    f"EG{n:07};Buurt {n};login.{n};Naam {n};a{n}@an.example;0470{n:06}"
    for n in range(1, 31)
]


def staff_pages(delivery: str) -> list[str]:
    one = f"/beheer/leveringen/{delivery}"
    return [one, f"{one}/csv", "/beheer/leveringen/"]


def questions(runtime: Runtime, visitor: Visitor, page: str) -> int:
    """How many questions the database gets for that page."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(runtime.database.engine, "before_cursor_execute", note)
    try:
        assert visitor.open(page).status_code == 200
    finally:
        event.remove(runtime.database.engine, "before_cursor_execute", note)
    return len(seen)


def the_file(cast: Cast, size: int = 1) -> FileView:
    """An's file of that size."""
    with cast.runtime.reading() as session:
        inbox = FileDrop.of(session, cast.runtime).inbox(account_id(cast))
    return next(file for file in inbox if file.size == size)


def account_id(cast: Cast) -> int:
    asked = select(Account.id).where(Account.login == "an.peeters")
    with cast.runtime.reading() as session:
        return session.scalars(asked).one()


def last_seen(runtime: Runtime) -> datetime | None:
    with runtime.reading() as session:
        return session.scalar(select(func.max(WebSession.last_seen_at)))


def test_the_list_comes_while_a_delivery_is_being_written(
    an: Visitor, cast: Cast, runtime: Runtime
) -> None:
    cast.clock.forward(minutes=2)
    with runtime.transaction() as writing:
        writing.execute(update(WebSession).values(address="192.0.2.9"))
        began = monotonic()
        assert an.open("/bestanden/").status_code == 200
        assert monotonic() - began < 2, "she was here, but that is told another time"
    assert last_seen(runtime) == cast.clock() - timedelta(minutes=2)
    an.open("/bestanden/")
    assert last_seen(runtime) == cast.clock()


def test_a_file_that_cannot_be_deleted_holds_up_no_other(
    an: Visitor, cast: Cast, runtime: Runtime
) -> None:
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 6)})
    stuck = sorted((cast.folder / "blobs").glob("??/*"))[2]
    stuck.unlink()
    stuck.mkdir()  # no unlink, whoever asks
    cast.clock.forward(days=40)
    for _ in range(3):
        cast.tick("filedrop.purge")
    left = [path for path in (cast.folder / "blobs").glob("??/*") if path != stuck]
    assert left == []
    assert len(cast.audited("file.purge")) == 4
    stuck.rmdir()
    cast.clock.forward(minutes=11)
    cast.tick("filedrop.purge")
    assert len(cast.audited("file.purge")) == 5


def test_the_inbox_asks_the_database_as_often_for_many_files_as_for_few(
    an: Visitor, cast: Cast, runtime: Runtime
) -> None:
    cast.register(ELS)
    an.open("/bestanden/")
    few = questions(runtime, an, "/bestanden/")
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 60)})
    every = list(ids(an).values())
    assert questions(runtime, an, "/bestanden/") == few < 15
    zipped = choose(an, "download", *every)
    assert questions(runtime, an, zipped) < 30, "nor does a zip ask for each file"


def test_pages_of_staff_ask_no_more_for_many_files_than_for_few(
    cast: Cast, visitor: Arrive, runtime: Runtime
) -> None:
    cast.staff()
    cast.settled("sam.claes", STAFF_PASSWORD)
    sam = visitor()
    sam.sign_in(cast, "sam.claes", SAM_MOBILE, password=STAFF_PASSWORD)
    cast.register(*MANY)
    few = cast.publish({correction("EG0000001"): b"x"}).delivery
    pages = staff_pages(few)
    before = [questions(runtime, sam, page) for page in pages]
    numbers = [line.split(";")[0] for line in MANY]
    many = cast.publish(
        {correction(n, version=v): b"x" for n in numbers for v in range(2, 4)}
    ).delivery
    after = [questions(runtime, sam, page) for page in staff_pages(many)]
    assert after == before, pages
    assert max(after) < 15


def test_a_download_in_many_parts_is_one_line_in_the_audit_book(
    an: Visitor, cast: Cast
) -> None:
    path = f"/bestanden/{the_file(cast).id}/download"
    for _ in range(3):
        an.open(path, headers={"Range": "bytes=0-0"})
    assert len(cast.audited("file.download")) == 2, "begun once, and whole once"
    for _ in range(6):
        cast.clock.forward(minutes=10)
        assert an.open(path, headers={"Range": "bytes=0-0"}).status_code == 206
    assert len(cast.audited("file.download")) == 3
    an.open(path)
    an.open(path)
    assert len(cast.audited("file.download")) == 5, "each whole one is told of"


def test_what_was_served_never_grows_without_end(
    an: Visitor, cast: Cast, runtime: Runtime
) -> None:
    cast.publish({correction(NOORD, version=2): b"x" * 2000})
    file = the_file(cast, size=2000)
    an_id = account_id(cast)
    with runtime.transaction() as session:
        filedrop = FileDrop.of(session, runtime)
        parts = [(file, (at, at + 1)) for at in range(0, 2000, 2)]
        her = Reader(an_id, "an.peeters", "An Peeters", filedrop.now)
        filedrop.served([file], parts, her)
        state = session.get_one(FileState, (file.key, an_id))
        assert len(state.served) == 256
        filedrop.served([file], [(file, (0, 2000))], her)
        session.refresh(state)
        assert state.served == [[0, 2000]]
        assert state.downloaded_at
