"""A client of tus that others wrote, sending to us: each of its files arrives whole."""

import json
import re
import subprocess

from sqlalchemy import select

from app.filedrop.models import DraftFile, Upload
from tests.cast import correction
from tests.drafting import START
from tests.outside.tools import ROOM
from tests.stage import Stage
from tests.tus import UPLOADS

NAMES = [correction("EG0000417", month=f"2026-0{month}") for month in range(1, 6)]
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def speaks_tus(here: Stage) -> bool:
    """Whether all that tus-js-client sent is here as it was, and nothing else."""
    page = here.sam().page
    page.goto(here.site + START)
    page.check("[name=soort][value=correcties]")
    page.get_by_role("button", name="Beginnen").click()
    page.wait_for_url(f"**{START}/*")
    token = TOKEN.search(page.content())
    cookies = page.context.cookies(here.site)
    asked = {
        "endpoint": here.site + UPLOADS,
        "draft": page.url.rpartition("/")[2],
        "headers": {
            "X-CSRFToken": token[1] if token else "",
            "Cookie": "; ".join(f"{one['name']}={one['value']}" for one in cookies),
        },
        "names": NAMES,
    }
    sent = subprocess.run(
        ["node", "tus.cjs"],
        cwd=ROOM,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if sent.returncode:
        print(sent.stderr)
        return False
    arrived: bool = _held(here) == json.loads(sent.stdout)
    return arrived


def _held(here: Stage) -> dict[str, str]:
    with here.cast.runtime.reading() as session:
        files = session.scalars(select(DraftFile).where(DraftFile.name.in_(NAMES)))
        held = {file.name: file.sha256 for file in files}
        begun = session.scalars(select(Upload).where(Upload.ended_at.is_(None)))
        return held | {upload.name: "begun" for upload in begun}
