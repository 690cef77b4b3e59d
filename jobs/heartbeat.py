"""The beat of the jobs process, so that its next start knows how long it was gone."""

import logging
from datetime import timedelta

from app.db.beat import last_beat, note_beat
from app.module import Tick
from app.runtime import Runtime

log = logging.getLogger("energiepost.jobs")
LONG = timedelta(hours=1)


def beat(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        note_beat(session, runtime.clock())
    return False


def tell_of_downtime(runtime: Runtime) -> None:
    """Alarm when the jobs stood still for over an hour; they go on all the same."""
    with runtime.reading() as session:
        last = last_beat(session)
    now = runtime.clock()
    if last is not None and now - last > LONG:
        log.error("ALARM the jobs stood still since %s", last.isoformat())


TICKS = (Tick("jobs.beat", timedelta(minutes=1), beat),)
