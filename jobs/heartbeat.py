"""The beat of the jobs process, so that its next start knows how long it was gone."""

import logging
from datetime import timedelta
from http.client import HTTPException
from urllib.request import urlopen

from app.db.beat import last_beat, note_beat
from app.module import Tick
from app.runtime import Runtime

log = logging.getLogger("energiepost.jobs")
LONG = timedelta(hours=1)
PING_SECONDS = 5


def beat(runtime: Runtime) -> bool:
    """Write that we live, and tell the dead-man's switch once that is written."""
    with runtime.transaction() as session:
        note_beat(session, runtime.clock())
    if url := runtime.settings.health_ping_url:
        _ping(url)
    return False


def tell_of_downtime(runtime: Runtime) -> None:
    """Alarm when the jobs stood still for over an hour; they go on all the same."""
    with runtime.reading() as session:
        last = last_beat(session)
    now = runtime.clock()
    if last is not None and now - last > LONG:
        log.error("ALARM the jobs stood still since %s", last.isoformat())


def _ping(url: str) -> None:
    """That the switch does not answer harms nobody here; it will alarm by itself."""
    try:
        with urlopen(url, timeout=PING_SECONDS):  # noqa: S310 - settings say http(s)
            pass
    except (OSError, HTTPException):
        log.warning("the health ping was not taken")


TICKS = (Tick("jobs.beat", timedelta(minutes=1), beat),)
