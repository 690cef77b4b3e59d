"""Running ticks: a step again and again until it finds no work, within a budget."""

import logging
import time
from dataclasses import replace
from datetime import timedelta
from threading import Event

from app.module import Tick
from app.modules import MODULES
from app.runtime import JOBS, Runtime
from jobs import heartbeat, post

log = logging.getLogger("energiepost.jobs")
BUDGET = timedelta(minutes=2)


def ticks() -> dict[str, Tick]:
    """All ticks of the house by name, the postman's first."""
    rooms = (tick for module in MODULES for tick in module.ticks)
    all_of_them = [*post.TICKS, *heartbeat.TICKS, *rooms]
    return {tick.name: tick for tick in all_of_them}


def run(
    runtime: Runtime,
    tick: Tick,
    *,
    budget: timedelta = BUDGET,
    stop: Event | None = None,
) -> int:
    """How many steps found work; an error ends this run, not the next one."""
    runtime = replace(runtime, source=JOBS)
    until, found = time.monotonic() + budget.total_seconds(), 0
    try:
        while time.monotonic() < until and not (stop and stop.is_set()):
            if not tick.step(runtime):
                break
            found += 1
    except Exception:
        log.exception("tick %s failed after %d steps", tick.name, found)
    else:
        log.log(
            logging.INFO if found else logging.DEBUG,
            "tick %s did %d steps",
            tick.name,
            found,
        )
    return found
