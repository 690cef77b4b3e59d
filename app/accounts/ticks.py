"""What must happen by itself: mailing reset links, forgetting what and who is over."""

from datetime import timedelta

from app.accounts.service_forget import Forgetting
from app.accounts.service_reset import Resets
from app.accounts.service_unseen import Unseen
from app.module import Tick
from app.runtime import Runtime


def mail_one_reset(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        return Resets.of(session, runtime).settle_one()


def forget(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        return Forgetting(session, runtime.clock()).some()


def forget_one_unseen(runtime: Runtime) -> bool:
    """Not by a clock that ran away: nobody brings them back."""
    if runtime.watch.has_jumped():
        return False
    with runtime.transaction() as session:
        return Unseen(session, runtime.clock()).forget_one()


TICKS = (
    Tick("accounts.resets", timedelta(seconds=5), mail_one_reset),
    Tick("accounts.forget", timedelta(hours=1), forget),
    Tick("accounts.unseen", timedelta(hours=24), forget_one_unseen),
)
