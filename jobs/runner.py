"""Running ticks: a step again and again until it finds no work, within a budget."""

import logging
import time
import urllib.error
import urllib.request
from datetime import timedelta

from app.module import Tick
from app.modules import MODULES
from app.runtime import Runtime
from jobs import heartbeat, post

log = logging.getLogger("energiepost.jobs")
BUDGET = timedelta(minutes=2)
PING_SECONDS = 5


def ticks() -> dict[str, Tick]:
    """All ticks of the house by name, the postman's first."""
    rooms = (tick for module in MODULES for tick in module.ticks)
    all_of_them = [*post.TICKS, *heartbeat.TICKS, *rooms]
    return {tick.name: tick for tick in all_of_them}


def run(runtime: Runtime, tick: Tick, *, budget: timedelta = BUDGET) -> int:
    """How many steps found work; an error ends this run, not the next one."""
    began, found = time.monotonic(), 0
    try:
        while time.monotonic() - began < budget.total_seconds():
            if not tick.step(runtime):
                break
            found += 1
    except Exception:
        log.exception("tick %s failed after %d steps", tick.name, found)
        return found
    if found:
        log.info("tick %s did %d steps", tick.name, found)
    _ping(runtime.settings.health_ping_url)
    return found


def _ping(url: str) -> None:
    """Tell the dead-man's switch that we live; that it does not answer harms nobody."""
    if not url:
        return
    try:
        with urllib.request.urlopen(url, timeout=PING_SECONDS):  # noqa: S310 - settings
            pass
    except (urllib.error.URLError, OSError):
        log.warning("the health ping was not taken")
