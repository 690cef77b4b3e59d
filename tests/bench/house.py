"""The house as it is served, for a benchmark: gunicorn, PostgreSQL, An and Sam."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from alembic import command as alembic

from app.commands import alembic_config
from app.kernel.clock import system_clock
from app.settings import Settings
from app.wiring import build
from notifier.folder import posted
from tests.bench.processes import Server, listening, serving
from tests.cast import AN, PASSWORD, STAFF_PASSWORD, Cast
from tests.clock import FakeClock
from tests.deploy.site import DEPLOY, HOUSE
from tests.fakes_senders import SentEmail, SentSms
from tests.guest import Guest
from tests.servers import postgres
from tests.servers.web import HOST, free_port

GUNICORN = HOUSE / ".venv" / "bin" / "gunicorn"
Environ = Mapping[str, str]
SYNCED = "-c fsync=on -c synchronous_commit=on"


@dataclass(frozen=True, eq=False)
class House(Server):
    """A running site, and those who are in it."""

    folder: Path
    cast: Cast

    def an(self) -> Guest:
        """The manager of Noord, signed in."""
        self.cast.settled("an.peeters")
        return self._signed_in("an.peeters", PASSWORD)

    def sam(self) -> Guest:
        """Staff who may prepare and release, signed in."""
        self.cast.settled("sam.claes", STAFF_PASSWORD)
        return self._signed_in("sam.claes", STAFF_PASSWORD)

    def _signed_in(self, login: str, password: str) -> Guest:
        guest = Guest(self.site)
        guest.open("/aanmelden")
        guest.submit("/aanmelden", {"login": login, "wachtwoord": password})
        guest.follow()
        code = re.findall(r"\b\d{6}\b", posted(self.folder / "sms")[-1]["body"])[0]
        guest.submit("/aanmelden/code", {"code": code})
        return guest


@contextmanager
def house(folder: Path, told: Environ = MappingProxyType({})) -> Iterator[House]:
    """Two workers under the committed settings; its disk is synced as in earnest.

    told: settings that are other than usual.
    """
    port = free_port()
    site = f"http://{HOST}:{port}"
    with (
        postgres.server(SYNCED) as server,
        _built(folder, server, told) as (cast, environ),
    ):
        at = {**environ, "BASE_URL": site}
        words, log = (
            ("--config", DEPLOY / "gunicorn.conf.py", "wsgi:app"),
            folder / "log",
        )
        with gunicorn(*words, port=port, environ=at, log=log) as pid:
            yield House(pid, site, folder, cast)


@contextmanager
def gunicorn(*words: object, port: int, environ: Environ, log: Path) -> Iterator[int]:
    at, kept = ("--bind", f"{HOST}:{port}"), {**allocator(), **environ}
    with serving(GUNICORN, *at, *words, environ=kept, log=log) as pid:
        listening(port)
        yield pid


def allocator() -> Environ:
    """How the unit tells the workers to keep memory."""
    unit = (DEPLOY / "energiepost-web.service").read_text()
    return dict(re.findall(r"(MALLOC_\w+)=(\d+)", unit))


@contextmanager
def _built(
    folder: Path, server: postgres.Server, told: Environ
) -> Iterator[tuple[Cast, Environ]]:
    database_url = server.create("bench")
    alembic.upgrade(alembic_config(database_url), "head")
    environ = {
        "DATABASE_URL": database_url,
        "BLOBS": f"local:{folder / 'blobs'}",
        "KEYS": f"local:{folder / 'keys'}",
        "MASTER_KEYS": "test:" + "A" * 43,
        "SECRET_KEY": "a secret of nobody, and long enough",
        "EMAIL": f"file:{folder / 'mail'}",
        "SMS": f"file:{folder / 'sms'}",
        "BASE_URL": f"http://{HOST}:{free_port()}",
        **told,
    }
    runtime = build(Settings.from_env(environ), system_clock)
    clock = FakeClock(system_clock())
    cast = Cast(runtime, clock, folder, SentEmail(), SentSms())
    cast.staff()
    cast.register(AN)
    yield cast, environ
    runtime.database.close()
