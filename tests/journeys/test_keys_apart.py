"""Keys in a process of their own: the pages open what they serve, and hold no more."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_bytes
from subprocess import Popen

import pytest

from app.kernel.clock import system_clock
from tests.cast import NOORD, Cast, correction
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.guest import Guest
from tests.servers.house import process, until
from tests.servers.keys import keeper, socket_place
from tests.servers.remains import memory_of
from tests.servers.web import free_port
from tests.visitor import Visitor

NAME, CONTENT = correction(NOORD), b"2026-09-01T00:00;1,25\r\n" * 9
MASTER = token_bytes(32)
CODE = urlsafe_b64encode(MASTER).decode()

Restart = Callable[[], Popen[bytes]]

pytestmark = ONE_DATABASE


@pytest.fixture
def clock() -> FakeClock:
    """It begins today, since the key service has the machine's own."""
    return FakeClock(system_clock())


@pytest.fixture
def place() -> Iterator[Path]:
    with socket_place() as path:
        yield path


@pytest.fixture
def start(place: Path, tmp_path: Path) -> Iterator[Restart]:
    """Starts the key service, as often as asked."""
    told = {
        "KEYS": f"local:{tmp_path / 'keys'}",
        "MASTER_KEYS": f"a:{CODE}",
        "KEYSERVICE_UNSEALS": "2",
    }
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            keeper(told, place, tmp_path / f"keys-{token_bytes(4).hex()}.log")
        )


@pytest.fixture
def running(start: Restart) -> Popen[bytes]:
    return start()


@pytest.fixture
def environ(environ: dict[str, str], place: Path) -> dict[str, str]:
    del environ["MASTER_KEYS"]
    return environ | {"KEYS": f"service:{place}"}


def log(folder: Path) -> str:
    return "".join(file.read_text() for file in sorted(folder.glob("keys-*.log")))


def test_while_the_service_restarts_people_are_asked_to_come_back(
    running: Popen[bytes],
    start: Restart,
    cast: Cast,
    visitor: Callable[[], Visitor],
    tmp_path: Path,
) -> None:
    cast.everybody()
    cast.settled()
    cast.publish({NAME: CONTENT})
    path = cast.link(NAME)
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open(path).data == CONTENT

    running.terminate()
    assert running.wait(10) == 0
    away = an.open(path)
    assert (away.status_code, away.headers["Retry-After"]) == (503, "10")
    assert "Even niet beschikbaar" in an.text
    assert an.open("/bestanden/").status_code == 200
    assert "keys fails" in an.open("/health/ready").get_data(as_text=True)

    start()
    assert an.open(path).data == CONTENT
    told = log(tmp_path)
    reason = f"file.download file:{cast.file(NAME).public_id}"
    assert len(re.findall(f" unseal {cast.file(NAME).key_day} {reason} ", told)) == 2

    assert an.open(path).data == CONTENT
    slower = an.open(path)
    assert slower.status_code == 503
    assert 0 < int(slower.headers["Retry-After"]) <= 30
    assert f"asks for keys too fast: {reason}" in log(tmp_path)
    assert not [word for word in ("an.peeters", NAME, CODE) if word in told]


def test_the_pages_never_hold_the_master_key(
    running: Popen[bytes], environ: dict[str, str], tmp_path: Path
) -> None:
    site = f"127.0.0.1:{free_port()}"
    told = environ | {"BASE_URL": f"http://{site}"}
    words = ("gunicorn", "wsgi:app", "--no-control-socket", "--bind", site)
    with process(told, *words, log=tmp_path / "web.log") as pages:
        guest = Guest(told["BASE_URL"])
        until(lambda: answers(guest))
        guest.submit("/aanmelden", {"login": "nobody", "wachtwoord": "Vier linden"})
        assert guest.page.status == 401, "so a pepper was derived"
        for pid in (pages.pid, *children(pages.pid)):
            assert not holds(pid), pid
        assert holds(running.pid), "who looks here, finds it"
    assert "derive a uid" in log(tmp_path)


def answers(guest: Guest) -> bool:
    try:
        return guest.open("/aanmelden").status == 200
    except OSError:
        return False


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return list(map(int, text.split()))


def holds(pid: int) -> bool:
    """Whether the key lies there, in either spelling."""
    marks = (MASTER, CODE.encode())
    return any(mark in piece for piece in memory_of(pid) for mark in marks)
