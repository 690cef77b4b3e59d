"""What time asks of connections: forgetting the lists of who is forgotten."""

from datetime import timedelta

from app.connections.service_forget import Forgetting
from app.module import Tick
from app.runtime import Runtime


def forget(runtime: Runtime) -> bool:
    with runtime.transaction() as session:
        Forgetting.of(session, runtime).some()
    return False


TICKS = (Tick("connections.forget", timedelta(hours=24), forget),)
