"""The front door as people run it: gunicorn in a process of its own."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from urllib.error import URLError

import pytest

from app.kernel.clock import system_clock
from app.settings import Settings
from app.wiring import build
from tests.cast import Cast
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms
from tests.guest import Guest
from tests.servers.house import process, until
from tests.servers.web import free_port

SERVED = ("gunicorn", "wsgi:app", "--worker-class", "gthread", "--threads", "4")
QUIET = ("--no-control-socket", "--bind")


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
