"""What time asks of organisations: forgetting whom they let in, once it is over."""

from datetime import timedelta

from app.module import Tick
from app.organisations.service_forget import Forgetting
from app.runtime import Runtime


def forget(runtime: Runtime) -> bool:
    if not runtime.watch.has_jumped():
        with runtime.transaction() as session:
            Forgetting.of(session, runtime).some()
    return False


TICKS = (Tick("organisations.forget", timedelta(hours=24), forget),)
