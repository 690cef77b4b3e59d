"""A form read as it comes: its files one by one, however the bytes are cut."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge

from app.filedrop import uploads
from app.kernel.errors import Invalid

Part = tuple[str, str | None, bytes]
TOKEN: Part = ("csrf_token", None, b"goed")


class Torn(io.RawIOBase):
    """A line that brings so many bytes at a time."""

    def __init__(self, body: bytes, at_a_time: int) -> None:
        self.body, self.at_a_time = io.BytesIO(body), at_a_time

    def read(self, size: int = -1) -> bytes:
        return self.body.read(min(size, self.at_a_time))


def form(*parts: Part) -> bytes:
    body = b""
    for field, name, content in parts:
        file = f'; filename="{name}"' if name is not None else ""
        head = (
            f'--grens\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'
        )
        body += head.encode() + content + b"\r\n"
    return body + b"--grens--\r\n"


class Refused(Exception):
    """The token is not the right one."""


def only_good(token: str) -> None:
    if token != "goed":
        raise Refused


def read(
    body: bytes, at_a_time: int = 1 << 20, check: Callable[[str], None] = only_good
) -> list[tuple[str, bytes]]:
    stream = Torn(body, at_a_time)
    files = uploads.files_of(stream, "grens", check)  # type: ignore[arg-type]
    return [(name, b"".join(pieces)) for name, pieces in files]


@given(
    contents=st.lists(
        st.lists(
            st.sampled_from([b"\r\n", b"--grens", b"--gren", b"\r", b"x" * 500])
        ).map(b"".join),
        max_size=4,
    ),
    at_a_time=st.sampled_from([7, 64, 1000, 1 << 20]),
)
def test_every_byte_of_every_file_comes_through(
    contents: list[bytes], at_a_time: int
) -> None:
    # what would be a boundary itself no browser chooses as one
    contents = [c for c in contents if b"\n--grens" not in c and b"\r--grens" not in c]
    contents = [c for c in contents if not c.startswith(b"--grens")]
    files = [(f"{number}.csv", content) for number, content in enumerate(contents)]
    parts: list[Part] = [("bestand", name, content) for name, content in files]
    assert read(form(TOKEN, *parts), at_a_time) == files


def test_no_file_is_touched_before_the_token() -> None:
    file: Part = ("bestand", "x.csv", b"x")
    with pytest.raises(Refused):
        read(form(file, TOKEN))
    with pytest.raises(Refused):
        read(form(("csrf_token", None, b"fout"), file))


def test_what_a_reader_leaves_is_no_part_of_the_next_file() -> None:
    parts: list[Part] = [("bestand", "a", b"a" * 5000), ("bestand", "b", b"b")]
    stream = io.BytesIO(form(TOKEN, *parts))
    read = []
    for name, pieces in uploads.files_of(stream, "grens", only_good):
        if name == "b":
            read.append(b"".join(pieces))
    assert read == [b"b"]


def test_a_folder_before_the_name_is_left_out_and_nothing_chosen_is_nothing() -> None:
    parts: list[Part] = [("bestand", "map/sub/a.csv", b"a"), ("bestand", "", b"")]
    assert read(form(TOKEN, *parts)) == [("a.csv", b"a")]


def test_other_fields_are_passed_over() -> None:
    other: Part = ("soort", None, b"x" * 5000)
    assert read(form(TOKEN, other, ("bestand", "a", b"a"))) == [("a", b"a")]


def test_a_token_without_an_end_fills_no_memory() -> None:
    with pytest.raises(RequestEntityTooLarge):
        read(form(("csrf_token", None, b"x" * 5000)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"geen formulier",
        form(TOKEN)[:-12],
        b"--grens\r\nContent-Type: text/plain\r\n\r\nx\r\n--grens--\r\n",
        b"--grens\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n--grens--",
    ],
)
def test_a_torn_form_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(Invalid, match="kwam niet heel aan"):
        read(body)
