"""Nobody waits for somebody else's work, nor for the number of files."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import WebSession
from app.runtime import Runtime
from tests.cast import NOORD, Cast, correction
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


@pytest.fixture
def an(cast: Cast, visitor: Arrive) -> Visitor:
    """An is in, and has one file."""
    cast.everybody()
    cast.settled()
    her = visitor()
    her.sign_in(cast, "an.peeters")
    cast.publish({correction(NOORD): b"x"})
    return her


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
