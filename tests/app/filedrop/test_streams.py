"""Ranges by RFC 9110, names in headers, and knowing how far an answer went."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from urllib.parse import unquote

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from app.filedrop.conditions import plan
from app.filedrop.content import Content
from app.filedrop.rules import Range
from app.filedrop.streams import Done, TooLate, TooShort, answer, disposition
from storage import Lent
from tests.clock import FakeClock
from tests.hostile import NAMES

NOW = datetime(2026, 11, 24, 22, 50, tzinfo=UTC)
PIECE = 4
WHOLE = bytes(range(20))


def content_of(whole: bytes = WHOLE, *, promised: int = 0) -> Content:
    def read(start: int, stop: int) -> Lent:
        places = range(start, stop, PIECE)
        pieces = (whole[at : min(at + PIECE, stop)] for at in places)
        return Lent(pieces, lambda: None)

    size = promised or len(whole)
    return Content("a.csv", size, "ab12", read, [], touched=lambda _part: [])


class Asking:
    """Asks for content, takes as many pieces as it likes, and closes."""

    def __init__(self, *, whole: bytes = WHOLE, clock: FakeClock | None = None) -> None:
        self.content = content_of(whole)
        self.clock = clock or FakeClock(NOW)
        self.done: list[Done] = []

    def ask(self, *, method: str = "GET", **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        builder = EnvironBuilder(method=method, headers=list(named.items()))
        request, content = Request(builder.get_environ()), self.content
        return answer(
            content,
            plan(request, size=content.size, tag=content.etag),
            is_head=method == "HEAD",
            done=self.done.append,
            until=NOW + timedelta(minutes=15),
            clock=self.clock,
        )

    def take(self, pieces: int | None = None, **headers: str) -> bytes:
        """The bytes until they end, or until we hang up after so many pieces."""
        response, taken = self.ask(**headers), list[bytes]()
        for piece in filter(None, response.iter_encoded()):
            if pieces is not None and len(taken) == pieces:
                break
            taken.append(piece)
        response.close()
        return b"".join(taken)


def test_a_range_is_the_slice_and_says_where_it_lies() -> None:
    response = Asking().ask(Range="bytes=5-9")
    assert response.status_code == 206
    assert response.headers["Content-Range"] == "bytes 5-9/20"
    assert response.headers["Content-Length"] == "5"
    assert response.headers["ETag"] == '"ab12"'
    assert response.get_data() == WHOLE[5:10]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"Range": "bytes=20-"}, 416),
        ({"If_None_Match": '"ab12"'}, 304),
        ({"If_Match": '"other"'}, 412),
    ],
)
def test_where_there_is_nothing_to_hand_over_nothing_counts(
    asked: dict[str, str], status: int
) -> None:
    asking = Asking()
    response = asking.ask(**asked)
    assert response.status_code == status
    assert response.headers["ETag"] == '"ab12"'
    assert response.headers.get("Content-Range") == (
        "bytes */20" if status == 416 else None
    )
    assert response.get_data() == b""
    response.close()
    assert asking.done == []


def test_up_to_eight_ranges_come_in_parts_that_a_mail_reader_can_read() -> None:
    asked = ",".join(f"{n}-{n}" for n in range(0, 16, 2))
    response = Asking().ask(Range=f"bytes={asked}, 30-40"[: len(asked) + 6])
    body = response.get_data()
    assert response.status_code == 206
    assert response.headers["Content-Length"] == str(len(body))
    kind = f"Content-Type: {response.headers['Content-Type']}\r\n\r\n"
    message = BytesParser(policy=policy.HTTP).parsebytes(kind.encode() + body)
    parts = list(message.iter_parts())
    assert [part["Content-Range"] for part in parts] == [
        f"bytes {n}-{n}/20" for n in range(0, 16, 2)
    ]
    assert [part.get_content() for part in parts] == [
        WHOLE[n : n + 1] for n in range(0, 16, 2)
    ]


def test_who_asks_for_the_headers_gets_them_and_no_byte() -> None:
    asking = Asking()
    response = asking.ask(method="HEAD", Range="bytes=5-9")
    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(asking.content.size)
    assert response.get_data() == b""
    response.close()
    assert asking.done == []


def test_a_download_cannot_run_as_a_page() -> None:
    headers = Asking().ask().headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Accept-Ranges"] == "bytes"


@given(st.binary(min_size=1, max_size=30), st.data())
def test_any_range_equals_the_slice(whole: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(start, len(whole) + 5))
    assert (
        Asking(whole=whole).take(Range=f"bytes={start}-{last}")
        == (whole[start : last + 1])
    )


def test_an_answer_that_ended_handed_over_all_it_was_asked() -> None:
    asking = Asking()
    assert asking.take() == WHOLE
    asking.take(Range="bytes=3-4,8-9")
    assert asking.done == [
        Done([(0, 20)], is_complete=True),
        Done([(3, 5), (8, 10)], is_complete=True),
    ]


@pytest.mark.parametrize(
    ("pieces", "handed"),
    [(0, [(0, 4)]), (1, [(0, 8)]), (4, [(0, 19)])],
)
def test_an_answer_that_broke_off_handed_over_what_it_gave_but_the_last_byte(
    pieces: int, handed: list[Range]
) -> None:
    asking = Asking()
    asking.take(pieces)
    assert asking.done == [Done(handed, is_complete=False)]


def test_who_hangs_up_before_the_first_piece_was_handed_nothing() -> None:
    asking = Asking()
    asking.ask().close()
    assert asking.done == [Done([], is_complete=False)]


def test_an_admitted_answer_ends_a_quarter_after_the_last_day() -> None:
    clock = FakeClock(NOW + timedelta(minutes=14, seconds=59))
    asking = Asking(clock=clock)
    response = asking.ask()
    pieces = filter(None, response.iter_encoded())
    assert next(pieces) == WHOLE[:PIECE]
    clock.forward(seconds=1)
    with pytest.raises(TooLate):
        next(pieces)
    response.close()
    assert asking.done == [Done([(0, PIECE)], is_complete=False)]


@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=2-3,18-"}])
def test_an_answer_that_falls_short_of_its_length_does_not_end_well(
    asked: dict[str, str],
) -> None:
    asking = Asking()
    asking.content = content_of(promised=len(WHOLE) + 1)
    response = asking.ask(**asked)
    with pytest.raises(TooShort):
        list(response.iter_encoded())
    response.close()
    ((*_, (_, stop)), is_complete) = asking.done[0]
    assert (stop, is_complete) == (len(WHOLE), False)


def test_no_name_breaks_out_of_its_header() -> None:
    assert len(NAMES) >= 200
    for name in NAMES:
        value = disposition(name)
        assert re.fullmatch(r"[ -~]+", value), ascii(name)
        assert Response(headers={"Content-Disposition": value})
        kind, options = parse_options_header(value)
        assert kind == "attachment"
        assert set(options) == {"filename"}, ascii(name)
        exact = value.rpartition("''")[2]
        with suppress(UnicodeEncodeError):
            name.encode()
            assert unquote(exact) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_browser_reads_the_very_name(name: str) -> None:
    value = disposition(name)
    plain = re.match(r'attachment; filename="([^"]*)"; ', value)
    assert plain
    assert len(plain[1]) == len(name)
    assert unquote(value.rpartition("''")[2]) == name


def test_of_parts_of_which_one_is_gone_none_stays_open() -> None:
    asking, closed = Asking(), list[int]()

    def read(start: int, stop: int) -> Lent:
        if start:
            raise LookupError
        return Lent(iter(()), lambda: closed.append(stop))

    asking.content = replace(asking.content, read=read)
    with pytest.raises(LookupError):
        asking.ask(Range="bytes=0-1,8-9")
    assert closed == [2]
