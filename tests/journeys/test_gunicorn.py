"""The front door as it is served: gunicorn, threads, large files, flat memory."""

import re
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from urllib.error import URLError

import pytest

from app.kernel.clock import system_clock
from app.settings import Settings
from app.wiring import build
from notifier.folder import posted
from tests.cast import AN, NOORD, PASSWORD, Cast, correction
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms
from tests.guest import Guest
from tests.servers.house import process, until
from tests.servers.web import free_port

MEBIBYTE = 1 << 20
SIZE = 64 * MEBIBYTE
SERVED = ("gunicorn", "wsgi:app", "--worker-class", "gthread", "--threads", "4")
QUIET = ("--no-control-socket", "--bind")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def outside(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"BASE_URL": f"http://127.0.0.1:{free_port()}"}


@pytest.fixture
def content(outside: dict[str, str], tmp_path: Path) -> bytes:
    """64 MiB for An, who came in before."""
    content = secrets.token_bytes(SIZE)
    runtime = build(Settings.from_env(outside), system_clock)
    clock = FakeClock(system_clock())
    cast = Cast(runtime, clock, tmp_path, SentEmail(), SentSms())
    cast.staff()
    cast.register(AN)
    cast.settled()
    cast.publish({correction(NOORD): content})
    runtime.database.close()
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


def test_a_large_file_goes_out_whole_while_memory_stays_flat(
    content: bytes, gunicorn: Popen[bytes], outside: dict[str, str], tmp_path: Path
) -> None:
    an = Guest(outside["BASE_URL"])
    an.open("/aanmelden")
    an.submit("/aanmelden", {"login": "an.peeters", "wachtwoord": PASSWORD})
    an.follow()
    code = re.findall(r"\b\d{6}\b", posted(tmp_path / "sms")[-1]["body"])[0]
    an.submit("/aanmelden/code", {"code": code})
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
