"""The front door as it is served: gunicorn, threads, large files, flat memory."""

import re
import secrets
import signal
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen

import pytest

from tests.cast import AN, NOORD, PASSWORD, STAFF_PASSWORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import RAW, SAM, START
from tests.guest import TOKEN, Guest
from tests.journeys.served.conftest import QUIET, SERVED
from tests.servers.house import process

MEBIBYTE = 1 << 20
SIZE = 64 * MEBIBYTE

pytestmark = ONE_DATABASE


@pytest.fixture
def content(served: Cast) -> bytes:
    """64 MiB for An, who came in before."""
    content = secrets.token_bytes(SIZE)
    served.register(AN)
    served.settled()
    served.publish({correction(NOORD): content})
    return content


def memory(master: Popen[bytes]) -> int:
    """What the one worker holds, in bytes."""
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
    status = Path(f"/proc/{children.split()[0]}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024


def test_a_large_file_goes_out_whole_while_memory_stays_flat(
    content: bytes, gunicorn: Popen[bytes], outside: dict[str, str], tmp_path: Path
) -> None:
    an = Guest(outside["BASE_URL"])
    code = an.sign_in("an.peeters", PASSWORD, tmp_path)
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
    sam.sign_in(SAM, STAFF_PASSWORD, tmp_path)
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
