"""Packages of Node: fetched once by their lock, into a room outside the tree."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

BROUGHT = ("package.json", "package-lock.json", ".npmrc")
COMMAND = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
DOWNLOADS = {"PUPPETEER_SKIP_DOWNLOAD": "1"}  # our Chromium is there already
PATIENCE = 300


def fetch(home: Path, room: Path) -> None:
    """What the lock of that home names is in the room; CalledProcessError if not."""
    room.mkdir(parents=True, exist_ok=True)
    lock, fetched = (home / "package-lock.json").read_bytes(), room / "fetched"
    with (room / "turn").open("w") as turn:  # test workers come at the same time
        fcntl.flock(turn, fcntl.LOCK_EX)
        if fetched.exists() and fetched.read_bytes() == lock:
            return
        for name in BROUGHT:
            shutil.copy(home / name, room / name)
        subprocess.run(
            COMMAND, cwd=room, env=os.environ | DOWNLOADS, check=True, timeout=PATIENCE
        )
        fetched.write_bytes(lock)
