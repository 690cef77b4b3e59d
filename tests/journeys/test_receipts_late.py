"""Receipts of what was noted late: after the answer that made up for it, or again."""

import logging
import secrets
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from app.filedrop.content import Content, content_of, zip_of
from app.filedrop.noting import PAUSES, note
from app.filedrop.service import FileDrop, Reader
from app.filedrop.streams import Done
from tests.cast import NOORD, Cast, correction
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.outage import away
from tests.receipts import cut, receipts
from tests.visitor import SITE, Visitor

FIRST, SECOND = correction(NOORD, month="2026-08"), correction(NOORD)
SIZE = 1_500_000
THROUGH = SIZE + 500_000  # of the zip: the first file went, the second not yet


@pytest.fixture
def an(cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    """An is in; for Noord lie two files."""
    cast.everybody()
    cast.settled()
    cast.publish({name: secrets.token_bytes(SIZE) for name in (FIRST, SECOND)})
    her = visitor()
    her.sign_in(cast, "an.peeters")
    return her


@pytest.fixture
def both(an: Visitor, cast: Cast) -> str:
    """Where the two are one zip."""
    ids = [cast.file(name).public_id for name in (FIRST, SECOND)]
    return f"/bestanden/zip?id={ids[0]}&id={ids[1]}"


@pytest.fixture
def sent(an: Visitor, cast: Cast) -> tuple[Content, Reader, Done]:
    """The last byte of the first file just left."""
    with cast.runtime.reading() as session:
        filedrop = FileDrop.of(session, cast.runtime)
        her = filedrop.accounts.find("an.peeters")
        assert her
        taken = filedrop.take_out([cast.file(FIRST).public_id], her.id)
        reader = Reader(her.id, her.login, her.name, filedrop.now)
    return content_of(cast.runtime, taken), reader, Done([(0, SIZE)], is_complete=True)


def test_what_broke_off_counts_though_it_is_noted_after_what_made_up_for_it(
    an: Visitor, both: str, cast: Cast
) -> None:
    with closing(an.client.get(both, base_url=SITE)) as broken:
        pieces, had = broken.iter_encoded(), 0
        while had < THROUGH:
            had += len(next(pieces))
        cast.clock.forward(seconds=5)
        an.open(both, headers={"Range": f"bytes={had}-"})
        assert receipts(an) == []  # nobody heard yet that the first line is dead
    assert {receipt.file for receipt in receipts(an)} == {FIRST, SECOND}


@ONE_DATABASE
def test_what_broke_off_and_was_never_made_up_for_does_not_count(
    an: Visitor, both: str, cast: Cast
) -> None:
    an.open(both, headers={"Range": "bytes=0-0"})  # it ended well, but long before
    cast.clock.forward(seconds=5)
    cut(an, both, THROUGH)
    assert receipts(an) == []


def test_a_database_that_was_away_at_the_last_byte_learns_of_it_when_it_is_back(
    an: Visitor, sent: tuple[Content, Reader, Done], cast: Cast
) -> None:
    outage, waits = ExitStack(), list[float]()

    def wait(seconds: float) -> None:
        waits.append(seconds)
        cast.clock.forward(seconds=seconds)
        if len(waits) == len(PAUSES):
            outage.close()

    with outage:
        outage.enter_context(away(cast.runtime.database))
        note(cast.runtime, *sent, sleep=wait)
    assert waits == list(PAUSES)
    (receipt,) = receipts(an)
    assert receipt.day == "26-10-2026 om 10.00 uur"


@ONE_DATABASE
def test_when_it_stays_away_an_alarm_tells_whose_receipt_is_missing(
    an: Visitor,
    sent: tuple[Content, Reader, Done],
    cast: Cast,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, reader, _ = sent
    with cast.runtime.reading() as session:
        filedrop = FileDrop.of(session, cast.runtime)
        ids = [cast.file(name).public_id for name in (FIRST, SECOND)]
        content = zip_of(cast.runtime, filedrop.take_out(ids, reader.account_id))
    whole = Done([(0, content.size)], is_complete=True)
    caplog.set_level(logging.ERROR, "energiepost.filedrop")
    with away(cast.runtime.database), pytest.raises(OperationalError):
        note(cast.runtime, content, reader, whole, sleep=lambda _seconds: None)
    both = f"file:{ids[0]}, file:{ids[1]}"
    what = f"account {reader.account_id} was sent of {both}"
    assert caplog.messages == [f"ALARM what {what} was not noted: no receipt"]
    assert receipts(an) == []


@ONE_DATABASE
def test_an_end_that_is_noted_late_takes_nothing_from_a_later_one(
    an: Visitor, cast: Cast
) -> None:
    with cast.runtime.reading() as session:
        filedrop = FileDrop.of(session, cast.runtime)
        her = filedrop.accounts.find("an.peeters")
        assert her
        ids = [cast.file(name).public_id for name in (FIRST, SECOND)]
        taken = filedrop.take_out(ids, her.id)
    started = Reader(her.id, her.login, her.name, cast.clock())
    early = replace(cast.runtime, clock=FakeClock(cast.clock()))
    cast.clock.forward(seconds=5)
    broken = started._replace(since=cast.clock())
    cast.clock.forward(seconds=5)
    whole = zip_of(cast.runtime, taken)
    probe = Done([(whole.size - 1, whole.size)], is_complete=True)
    note(cast.runtime, whole, started, probe)
    note(early, whole, started, probe)  # ended before, and had to wait
    lost = Done([(0, whole.size - 1)], is_complete=False)
    note(cast.runtime, whole, broken, lost)
    assert {receipt.file for receipt in receipts(an)} == {FIRST, SECOND}
