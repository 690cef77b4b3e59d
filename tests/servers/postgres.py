"""A PostgreSQL of our own, on a unix socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine, text

FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c wal_level=minimal -c max_wal_senders=0"
)
MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 - only a folder of our own in it


def installed() -> Path | None:
    """Where Debian keeps the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Server:
    """Makes databases and drops them, over one connection for all of its life.

    To connect for each takes as long as what is then said.
    """

    def __init__(self, address: str, connection: Connection) -> None:
        self.address = address
        self._connection = connection

    def create(self, name: str, template: str = "template1") -> str:
        """The address of a new database, a copy of that template."""
        copied = "STRATEGY file_copy"  # the other way writes each page to the log
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} {copied}")
        return self.address.format(name)

    def drop(self, name: str) -> None:
        """Send away who is still in it, and drop it."""
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        self._connection.execute(text(statement))


@contextmanager
def server(options: str = FAST) -> Iterator[Server]:
    """A server that lives as long as the context."""
    with _cluster(options, _memory() if options == FAST else None) as address:
        engine = create_engine(
            address.format("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        with engine.connect() as connection:
            yield Server(address, connection)


def _memory() -> Path | None:
    """A folder that no disk waits for, if there is room: copies take a tenth there."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None


@contextmanager
def _cluster(options: str, where: Path | None) -> Iterator[str]:
    """Its address, with {} for a database's name."""
    programs = installed()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="energiepost-pg-", dir=where))
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _run(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres",
         "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
    started = f"-c listen_addresses='' -k {folder} {options}"
    control = (programs / "pg_ctl", "-D", data, "-w", "-s")
    _run(*control, "-o", started, "-l", folder / "log", "start")
    try:
        yield f"postgresql+psycopg://postgres@/{{}}?host={quote(str(folder))}"
    finally:
        _run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(*words: object) -> None:
    as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    prefix = as_owner if os.geteuid() == 0 else []
    command = [*prefix, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr}")
