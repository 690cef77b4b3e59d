"""The front door as it is served: gunicorn, threads, large files, flat memory."""

import re
import secrets
import signal
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen
from urllib.error import URLError

import pytest

from app.kernel.clock import system_clock
from app.settings import Settings
from app.wiring import build
from notifier.folder import posted
from tests.cast import AN, NOORD, PASSWORD, STAFF_PASSWORD, Cast, correction
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.drafting import RAW, SAM, START
from tests.fakes_senders import SentEmail, SentSms
from tests.guest import TOKEN, Guest
from tests.servers.house import process, until
from tests.servers.web import free_port

MEBIBYTE = 1 << 20
SIZE = 64 * MEBIBYTE
SERVED = ("gunicorn", "wsgi:app", "--worker-class", "gthread", "--threads", "4")
QUIET = ("--no-control-socket", "--bind")

pytestmark = ONE_DATABASE


@pytest.fixture
def outside(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"BASE_URL": f"http://127.0.0.1:{free_port()}"}


@pytest.fixture
def served(outside: dict[str, str], tmp_path: Path) -> Iterator[Cast]:
    """Those who are in the house that is served."""
    runtime = build(Settings.from_env(outside), system_clock)
    clock = FakeClock(system_clock())
    cast = Cast(runtime, clock, tmp_path, SentEmail(), SentSms())
    cast.staff()
    yield cast
    runtime.database.close()


@pytest.fixture
def content(served: Cast) -> bytes:
    """64 MiB for An, who came in before."""
    content = secrets.token_bytes(SIZE)
    served.register(AN)
    served.settled()
    served.publish({correction(NOORD): content})
    return content


@pytest.fixture
def gunicorn(outside: dict[str, str], tmp_path: Path) -> Iterator[Popen[bytes]]:
    place = outside["BASE_URL"].removeprefix("http://")
    with process(outside, *SERVED, *QUIET, place, log=tmp_path / "web.log") as running:
        until(lambda: answers(outside["BASE_URL"]))
        yield running


def answers(site: str) -> bool:
    try:
        return Guest(site).open("/health/ready").status == 200
    except URLError:
        return False


def memory(master: Popen[bytes]) -> int:
    """What the one worker holds, in bytes."""
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
    status = Path(f"/proc/{children.split()[0]}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024


def sign_in(guest: Guest, login: str, password: str, folder: Path) -> str:
    """Come in by a password and a code, and say which."""
    guest.open("/aanmelden")
    guest.submit("/aanmelden", {"login": login, "wachtwoord": password})
    guest.follow()
    code: str = re.findall(r"\b\d{6}\b", posted(folder / "sms")[-1]["body"])[0]
    guest.submit("/aanmelden/code", {"code": code})
    return code


def test_a_large_file_goes_out_whole_while_memory_stays_flat(
    content: bytes, gunicorn: Popen[bytes], outside: dict[str, str], tmp_path: Path
) -> None:
    an = Guest(outside["BASE_URL"])
    code = sign_in(an, "an.peeters", PASSWORD, tmp_path)
    an.open("/bestanden/")
    file_id = re.findall(r'name="id" value="([\w-]{22})"', an.page.body.decode())[0]
    path = f"/bestanden/{file_id}/download"

    an.open(path, Range="bytes=0-0")
    before = memory(gunicorn)
    got = an.open(path)
    assert got.headers["Content-Length"] == str(SIZE)
    assert got.body == content
    assert memory(gunicorn) - before < 16 * MEBIBYTE

    gunicorn.send_signal(signal.SIGTERM)
    assert gunicorn.wait(timeout=30) == 0
    log = (tmp_path / "web.log").read_text()
    assert "GET filedrop.download 200" in log
    for private in ("an.peeters", file_id, code, "CORR_"):
        assert private not in log


def test_many_files_come_in_over_one_line_while_memory_stays_flat(
    served: Cast, gunicorn: Popen[bytes], outside: dict[str, str], tmp_path: Path
) -> None:
    served.settled(SAM, STAFF_PASSWORD)
    sam = Guest(outside["BASE_URL"])
    sign_in(sam, SAM, STAFF_PASSWORD, tmp_path)
    sam.open(START)
    path = sam.submit(START, {"soort": "correcties"}).location
    found = TOKEN.search(sam.follow().body.decode())
    assert found
    cookie = "; ".join(f"{one.name}={one.value}" for one in sam.cookies)
    head = {"Cookie": cookie, "X-CSRFToken": found[1], "Content-Type": RAW}
    line = HTTPConnection(sam.site.removeprefix("http://"), timeout=30)
    line.connect()
    first, before, content = line.sock, memory(gunicorn), secrets.token_bytes(SIZE)
    for number, size in enumerate((1, SIZE, 0, 7)):
        name = f"{path}/bestanden?naam={number}.csv"
        line.request("POST", name, content[:size], head)
        with line.getresponse() as answer:
            assert answer.status == (201 if size else 422), answer.read()
            answer.read()
    assert line.sock is first  # it was never closed
    assert memory(gunicorn) - before < 16 * MEBIBYTE
    line.close()


def test_with_wrong_settings_it_does_not_start_and_says_why(
    outside: dict[str, str], tmp_path: Path
) -> None:
    wrong = outside | {"MASTER_KEYS": "short"}
    log = tmp_path / "web.log"
    with process(wrong, *SERVED, *QUIET, "127.0.0.1:0", log=log) as running:
        assert running.wait(timeout=30) == 3
    said = log.read_text()
    assert "Fout: MASTER_KEYS must be like id1:key,id2:key" in said
    assert "Traceback" not in said
