"""Judges and a client: fetched once by their lock, and what they say of our pages."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests import npm
from tests.browser.conftest import CHROMIUM, FLAGS

HERE = Path(__file__).parent
ROOM = HERE.parents[1] / "var" / "outside"
PAGES = ROOM / "pages"
OURS = ("rules.cjs", "tus.cjs")
FULL = 100


def fetch() -> None:
    """The judges of the lock, unless they are there; and an empty room for pages."""
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir(parents=True)
    npm.fetch(HERE, ROOM)
    for name in OURS:
        shutil.copy(HERE / name, ROOM / name)


def keep(path: str, text: str) -> None:
    """A page as it was served, under a name that tells which one it is."""
    number = len(list(PAGES.iterdir())) + 1
    name = re.sub(r"[^a-z0-9=]+", "-", path.lower()).strip("-")[:80]
    (PAGES / f"{number:02}-{name}.html").write_text(text, encoding="utf-8")


def is_valid() -> bool:
    """Whether html-validate has nothing to say; what it says goes to the screen."""
    command = ["node_modules/.bin/html-validate", "--config", "rules.cjs", "pages"]
    return subprocess.run(command, cwd=ROOM, check=False).returncode == 0


def accessibility(address: str, cookie: str) -> tuple[int, list[str]]:
    """What Lighthouse gives of 100, and what it took off for."""
    headers = ROOM / "headers.json"  # in a file: who may list processes sees no cookie
    headers.touch(mode=0o600)
    headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}))
    command = [
        *("node_modules/.bin/lighthouse", address, "--quiet", "--output=json"),
        *("--only-categories=accessibility", f"--extra-headers={headers.name}"),
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]
    chrome = {"CHROME_PATH": CHROMIUM}
    told = subprocess.run(
        command, cwd=ROOM, env=os.environ | chrome, capture_output=True, check=True
    )
    headers.unlink()
    report = json.loads(told.stdout)
    score = report["categories"]["accessibility"]["score"] or 0
    audits = report["audits"].values()
    return round(score * FULL), [a["title"] for a in audits if a["score"] == 0]
