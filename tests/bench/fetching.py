"""Clients that fetch: curl, many at once, and one that costs next to nothing."""

import re
import socket
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from app.filedrop.models import DroppedFile, FileState, Receipt
from storage import MEBIBYTE
from tests.bench.exchange import CURL
from tests.bench.house import House
from tests.bench.processes import Server
from tests.guest import Guest

TO_NOWHERE = (*CURL, "--output", "/dev/null")
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Place(NamedTuple):
    """Where things are to be had, by whom, with which cookie; before: each time."""

    server: Server
    paths: Mapping[str, str]
    cookie: str = ""
    before: Callable[[], None] = lambda: None

    def url(self, what: str) -> str:
        return f"{self.server.site}{self.paths[what]}"

    def asking(self, *words: str) -> list[str]:
        """The command line of a client that keeps nothing."""
        cookie = ("--cookie", self.cookie) if self.cookie else ()
        return [*TO_NOWHERE, *cookie, *words]


def for_guest(house: House, guest: Guest, paths: Mapping[str, str]) -> Place:
    """A place where everybody downloads everything for the first time."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in guest.cookies)
    return Place(house, paths, cookie, partial(_forget, house))


def _forget(house: House) -> None:
    """As if nobody had downloaded anything: who has it already costs less."""
    with house.cast.runtime.transaction() as session:
        session.execute(delete(Receipt))
        session.execute(delete(FileState))


def ids_of(house: House) -> dict[str, str]:
    """Every file's own address, by its name."""
    with house.cast.runtime.reading() as session:
        found = session.execute(select(DroppedFile.name, DroppedFile.public_id))
        return {row.name: row.public_id for row in found}


def curl(place: Place, what: str, *words: str) -> None:
    subprocess.run([*place.asking(*words), place.url(what)], check=True)


def crowd(place: Place, what: str, people: int) -> None:
    """So many at once, each to the last byte."""
    line = [*place.asking(), place.url(what)]
    clients = [subprocess.Popen(line) for _ in range(people)]
    statuses = [one.wait() for one in clients]
    assert not any(statuses), statuses


def swallow(place: Place, what: str) -> None:
    """Let the kernel throw away what came, so that the client costs next to nothing."""
    at = urlsplit(place.url(what))
    path = f"{at.path}?{at.query}" if at.query else at.path
    asked = (
        f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {place.cookie}\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection((at.hostname, at.port)) as line:
        line.sendall(asked.encode())
        head, _, body = line.recv(16 << 10).partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        assert length, head
        room, left = bytearray(MEBIBYTE), int(length[1]) - len(body)
        while left:
            left -= (got := line.recv_into(room, MEBIBYTE, socket.MSG_TRUNC))
            assert got, "it ended early"
