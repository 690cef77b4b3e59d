"""The postman: hands waiting letters to the carrier, one at a time."""

import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.module import Tick
from app.runtime import Runtime
from notifier import Email, SendFailed
from notifier.outbox import Waiting

log = logging.getLogger("energiepost.jobs")
BARRED = SendFailed("the reader is blocked", permanent=True)
TOLD = timedelta(days=365)  # rows of sent letters: a kind, a number, a masked address


def deliver_one(runtime: Runtime) -> bool:
    """Claim, hand over, settle; whether there was a letter."""
    with runtime.transaction() as session:
        waiting = runtime.outbox.claim(session, runtime.clock())
        is_barred = waiting is not None and _is_barred(session, runtime, waiting)
    if waiting is None:
        return False
    failure = BARRED if is_barred else _hand_over(runtime, waiting.email)
    with runtime.transaction() as session:
        if failure is None:
            runtime.outbox.sent(session, waiting.id, runtime.clock())
        else:
            runtime.outbox.postpone(session, waiting.id, failure, runtime.clock())
    if failure:
        log.warning("letter %d was not taken: %s", waiting.id, failure.reason)
    return True


def forget_old(runtime: Runtime) -> bool:
    """Words that nobody took die as the files do; who got what is told for a year."""
    now, days = runtime.clock(), runtime.settings.retention_days
    unsent_before = now - timedelta(days=days)
    with runtime.transaction() as session:
        runtime.outbox.forget(
            session, unsent_before=unsent_before, sent_before=now - TOLD
        )
    return False  # all of it at once


def _is_barred(session: Session, runtime: Runtime, waiting: Waiting) -> bool:
    """Blocked since it was written: only that something was changed is still told."""
    if waiting.about is None or waiting.kind == "notice":
        return False
    return not Accounts.of(session, runtime).reachable([waiting.about])


def _hand_over(runtime: Runtime, email: Email) -> SendFailed | None:
    """None when the carrier said yes; whatever else happens, other letters go on."""
    try:
        runtime.email.send(email)
    except SendFailed as failure:
        return failure
    except Exception as broken:
        log.exception("a carrier broke its promise")
        return SendFailed(f"the carrier: {type(broken).__name__}", uncertain=True)
    return None


TICKS = (
    Tick("post.deliver", timedelta(seconds=5), deliver_one),
    Tick("post.forget", timedelta(days=1), forget_old),
)
