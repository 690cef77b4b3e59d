"""The house over each kind of database, with a crowd, for figures about pages."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles

from alembic import command as alembic
from sqlalchemy import event

from app import create_app
from app.commands import alembic_config
from app.kernel.clock import ClockWatch, system_clock
from app.settings import Settings
from app.wiring import build
from tests.cast import PASSWORD, STAFF_PASSWORD, Cast
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms
from tests.servers import postgres
from tests.visitor import SITE, Visitor

SYNCED = "-c fsync=on -c synchronous_commit=on"
KINDS = ("SQLite", "PostgreSQL")


@dataclass
class Scene:
    """A house of which the cast is at hand, and its settings for a second process."""

    kind: str
    environ: dict[str, str]
    cast: Cast

    def visitor(self, login: str, mobile: str, *, is_staff: bool = False) -> Visitor:
        """Somebody at a browser, signed in."""
        password = STAFF_PASSWORD if is_staff else PASSWORD
        self.cast.settled(login, password)
        client = create_app(self.cast.runtime).test_client()
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
        visitor = Visitor(client)
        visitor.sign_in(self.cast, login, mobile, password=password)
        return visitor


@contextmanager
def scene(kind: str) -> Iterator[Scene]:
    """An empty house on disks that are synced as in earnest; its clock stands still."""
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path:
        folder = Path(path)
        with _database(kind, folder) as url:
            environ = _environ(url, folder)
            clock = FakeClock(system_clock())
            email, sms = SentEmail(), SentSms()
            runtime = replace(
                build(Settings.from_env(environ), clock),
                watch=ClockWatch(clock, clock.monotonic),
                email=email,
                sms=sms,
            )
            yield Scene(kind, environ, Cast(runtime, clock, folder, email, sms))
            runtime.database.close()


def crowd(count: int) -> list[str]:
    """A line of the register for each of so many communities with their managers."""
    return [
        f"{number_of(n)};Buurt {n:04};login.{n};Naam {n};a{n}@an.example;{mobile_of(n)}"
        for n in range(1, count + 1)
    ]


def number_of(number: int) -> str:
    return f"EG{number:07}"


def mobile_of(number: int) -> str:
    return f"+32470{number:06}"


@contextmanager
def counted(cast: Cast) -> Iterator[list[str]]:
    """The questions that reach the database meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(cast.runtime.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(cast.runtime.database.engine, "before_cursor_execute", note)


def questions(cast: Cast, visitor: Visitor, path: str) -> int:
    """How many questions the database gets for that page."""
    with counted(cast) as seen:
        assert visitor.open(path).status_code == 200
    return len(seen)


def spans(work: Callable[[], object], times: int) -> list[float]:
    """How long each of so many took, in milliseconds; the first does not count."""
    work()
    return [_span(work) for _ in range(times)]


def middle(spans: list[float]) -> float:
    return quantiles(spans, n=100, method="inclusive")[49]


def slowest(spans: list[float]) -> float:
    """The one of a hundred."""
    return quantiles(spans, n=100, method="inclusive")[98]


def told(spans: list[float]) -> str:
    return f"{middle(spans):.1f}, p99 {slowest(spans):.1f} ms"


def looking(visitor: Visitor, path: str) -> Callable[[], object]:
    return lambda: visitor.client.get(path, base_url=SITE, buffered=True)


def _span(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        url = f"sqlite:///{folder / 'energiepost.sqlite'}"
        alembic.upgrade(alembic_config(url), "head")
        yield url
        return
    with postgres.server(SYNCED) as server:
        url = server.create("bench")
        alembic.upgrade(alembic_config(url), "head")
        yield url


def _environ(url: str, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "BLOBS": f"local:{folder / 'blobs'}",
        "KEYS": f"local:{folder / 'keys'}",
        "MASTER_KEYS": "test:" + "A" * 43,
        "AUDIT_KEYS": "notary:" + "B" * 43,
        "SECRET_KEY": "a secret of nobody, and long enough",
        "EMAIL": f"file:{folder / 'mail'}",
        "SMS": f"file:{folder / 'sms'}",
        "BASE_URL": SITE,
    }
