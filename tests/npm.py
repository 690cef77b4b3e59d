"""Packages of Node: fetched once by their lock, into a room outside the tree."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

BROUGHT = ("package.json", "package-lock.json", ".npmrc")
COMMAND = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
ONCE_MORE = ("--fetch-retries=1", "--fetch-timeout=20000")
DOWNLOADS = {"PUPPETEER_SKIP_DOWNLOAD": "1"}  # our Chromium is there already
PATIENCE = 300


def is_fetched(home: Path, room: Path) -> bool:
    """Whether what the lock of that home names is in the room."""
    fetched = room / "fetched"
    return fetched.exists() and fetched.read_bytes() == _lock(home)


def fetch(home: Path, room: Path) -> None:
    """What the lock of that home names is in the room; CalledProcessError if not."""
    room.mkdir(parents=True, exist_ok=True)
    with (room / "turn").open("w") as turn:  # two may come at the same time
        fcntl.flock(turn, fcntl.LOCK_EX)
        if is_fetched(home, room):
            return
        for name in BROUGHT:
            shutil.copy(home / name, room / name)
        subprocess.run(
            [*COMMAND, *ONCE_MORE],
            cwd=room,
            env=os.environ | DOWNLOADS,
            check=True,
            timeout=PATIENCE,
        )
        (room / "fetched").write_bytes(_lock(home))


def _lock(home: Path) -> bytes:
    return (home / "package-lock.json").read_bytes()
