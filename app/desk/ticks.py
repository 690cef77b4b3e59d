"""What time asks of the desk: the audit book bound, looked through, told of daily."""

import logging
from datetime import timedelta

from app.desk.service import Desk
from app.desk.service_chain import Notary
from app.desk.service_day import DayLetters
from app.module import Tick
from app.runtime import Runtime

log = logging.getLogger("energiepost.desk")


def bind_some(runtime: Runtime) -> bool:
    """Bind lines that wait; the log keeps the head, for it lies elsewhere."""
    if not runtime.seals:
        return False
    with runtime.reading() as session:
        if not Notary.of(session, runtime).has_work():
            return False
    return _bind(runtime)


def tell_the_day(runtime: Runtime) -> bool:
    """Look at the whole chain once a day, and tell colleagues what was found."""
    with runtime.reading() as session:
        day = DayLetters.of(session, runtime).due()
    if not day or not runtime.seals:
        return False
    while _bind(runtime, thoroughly=True):
        pass
    with runtime.reading() as session:
        found = Notary.of(session, runtime).check()
    if broken := found.broken:
        where, why = broken.number, broken.fault
        log.error("ALARM the audit chain breaks at line %d: %s", where, why)
    with runtime.transaction() as session:
        # the look and its letters in one: whoever comes second finds it done
        if Notary.of(session, runtime).note(found, day=day):
            letters = DayLetters.of(session, runtime)
            letters.write(Desk.of(session, runtime), found)
    return False


def _bind(runtime: Runtime, *, thoroughly: bool = False) -> bool:
    with runtime.transaction() as session:
        notary = Notary.of(session, runtime)
        count, head = notary.bind(thoroughly=thoroughly), notary.head()
    if count:
        log.info("audit chain: %d lines bound, up to %s", count, head)
    return count > 0


TICKS = (
    Tick("desk.bind", timedelta(seconds=5), bind_some),
    Tick("desk.day", timedelta(minutes=5), tell_the_day),
)
