"""A PostgreSQL of our own, on a unix socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def installed() -> Path | None:
    """Where Debian keeps the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def cluster(options: str = FAST) -> Iterator[str]:
    """The address of a server that lives as long as the context."""
    programs = installed()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="energiepost-pg-"))
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
