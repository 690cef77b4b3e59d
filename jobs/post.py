"""The postman: hands waiting letters to the carrier, one at a time."""

import logging
from datetime import timedelta

from app.module import Tick
from app.runtime import Runtime
from notifier import SendFailed

log = logging.getLogger("energiepost.jobs")


def deliver_one(runtime: Runtime) -> bool:
    """Claim, hand over, settle; whether there was a letter."""
    with runtime.transaction() as session:
        waiting = runtime.outbox.claim(session, runtime.clock())
    if waiting is None:
        return False
    try:
        runtime.email.send(waiting.email)
    except SendFailed as failure:
        log.warning("letter %d was not taken: %s", waiting.id, failure.reason)
        with runtime.transaction() as session:
            runtime.outbox.postpone(session, waiting.id, failure, runtime.clock())
    else:
        with runtime.transaction() as session:
            runtime.outbox.sent(session, waiting.id, runtime.clock())
    return True


TICKS = (Tick("post.deliver", timedelta(seconds=5), deliver_one),)
