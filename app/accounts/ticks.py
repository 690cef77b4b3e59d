"""What must happen by itself: mailing reset links, forgetting what is over."""

from datetime import timedelta

from app.accounts.service_forget import Forgetting
from app.accounts.service_reset import Resets
from app.module import Tick
from app.runtime import Runtime


def mail_one_reset(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        return Resets.of(session, runtime).settle_one()


def forget(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        return Forgetting(session, runtime.clock()).some()


TICKS = (
    Tick("accounts.resets", timedelta(seconds=5), mail_one_reset),
    Tick("accounts.forget", timedelta(hours=1), forget),
)
