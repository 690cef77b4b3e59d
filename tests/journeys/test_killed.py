"""A server that is killed in the middle of an upload; the one after it goes on."""

import hashlib
import os
import re
import secrets
import signal
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen
from urllib.error import URLError

import pytest
from sqlalchemy import select

from app.filedrop import growing
from app.filedrop.models import DraftFile
from app.kernel.clock import system_clock
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from notifier.folder import posted
from tests.cast import NOORD, PASSWORD, Cast, correction
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.drafting import SAM, START, blobs
from tests.fakes_senders import SentEmail, SentSms
from tests.guest import TOKEN, Guest
from tests.servers.house import process, until
from tests.servers.web import free_port
from tests.tus import BODY, RESUMABLE, UPLOADS, told

MEBIBYTE = 1 << 20
CONTENT = secrets.token_bytes(8 * MEBIBYTE)
CAME = 6 * MEBIBYTE

pytestmark = ONE_DATABASE


@pytest.fixture
def outside(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"BASE_URL": f"http://127.0.0.1:{free_port()}"}


@pytest.fixture
def later(outside: dict[str, str], tmp_path: Path) -> Iterator[Runtime]:
    """The server that comes half a minute after the one that is killed."""
    clock = FakeClock(system_clock())
    runtime = build(Settings.from_env(outside), clock)
    cast = Cast(runtime, clock, tmp_path, SentEmail(), SentSms())
    cast.staff()
    cast.settled(SAM)
    clock.forward(seconds=60)
    yield runtime
    runtime.database.close()


@pytest.fixture
def gunicorn(outside: dict[str, str], tmp_path: Path) -> Iterator[Popen[bytes]]:
    place = outside["BASE_URL"].removeprefix("http://")
    words = ("gunicorn", "wsgi:app", "--worker-class", "gthread", "--threads", "4")
    quiet = ("--no-control-socket", "--bind", place)
    with process(outside, *words, *quiet, log=tmp_path / "web.log") as running:
        until(lambda: answers(outside["BASE_URL"]))
        yield running


def answers(site: str) -> bool:
    try:
        return Guest(site).open("/health/live").status == 200
    except URLError:
        return False


def come_in(site: str, sms: Path) -> Guest:
    sam = Guest(site)
    sam.open("/aanmelden")
    sam.submit("/aanmelden", {"login": SAM, "wachtwoord": PASSWORD})
    sam.follow()
    code = re.findall(r"\b\d{6}\b", posted(sms)[-1]["body"])[0]
    sam.submit("/aanmelden/code", {"code": code})
    return sam


def begin(sam: Guest) -> tuple[str, dict[str, str]]:
    """The address of an upload, and what every request about it has to say."""
    sam.open(START)
    sam.submit(START, {"soort": "correcties"})
    draft = sam.page.location.rpartition("/")[2]
    found = TOKEN.search(sam.follow().body.decode())
    assert found
    cookie = "; ".join(f"{one.name}={one.value}" for one in sam.cookies)
    usual = {**RESUMABLE, "X-CSRFToken": found[1], "Cookie": cookie}
    metadata = told(filename=correction(NOORD), draft=draft)
    words = {"Upload-Length": str(len(CONTENT)), "Upload-Metadata": metadata}
    answer = sam.open(UPLOADS, method="POST", **{**usual, **words})
    assert answer.status == 201, answer.text
    return answer.location, usual


def send_some(site: str, path: str, usual: Mapping[str, str]) -> HTTPConnection:
    """All of it is announced, not all of it comes; the line stays open."""
    line = HTTPConnection(site.removeprefix("http://"))
    line.putrequest("PATCH", path)
    words = {"Upload-Offset": "0", "Content-Type": BODY}
    for name, value in {**usual, **words, "Content-Length": len(CONTENT)}.items():
        line.putheader(name, str(value))
    line.endheaders()
    line.send(CONTENT[:CAME])
    return line


def kill(master: Popen[bytes]) -> None:
    """At once, the workers too: nobody cleans up behind himself."""
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
    for pid in (master.pid, *map(int, children.split())):
        os.kill(pid, signal.SIGKILL)


def test_what_was_sealed_before_the_kill_is_not_sent_again(
    later: Runtime, gunicorn: Popen[bytes], outside: dict[str, str], tmp_path: Path
) -> None:
    sam = come_in(outside["BASE_URL"], tmp_path / "sms")
    path, usual = begin(sam)
    parts = tmp_path / "blobs"
    line = send_some(outside["BASE_URL"], path, usual)
    until(lambda: sum(p.stat().st_size for p in parts.glob("*/*")) > 5 * MEBIBYTE)
    kill(gunicorn)
    line.close()

    upload = path.rpartition("/")[2]
    offset = growing.look(later, upload, by=SAM).offset
    assert offset == 5 * MEBIBYTE  # nobody could tell whether the sixth was the last
    rest = growing.Bytes(offset, len(CONTENT) - offset, [CONTENT[offset:]])
    assert growing.append(later, upload, rest, by=SAM).is_done
    with later.reading() as session:
        (held,) = session.scalars(select(DraftFile)).all()
    assert held.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert blobs(later) == {held.blob_key}
    assert [file.name for file in parts.glob("*/*")] == [held.blob_key]
