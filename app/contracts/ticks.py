"""What time asks of contracts: that those whose term is over are forgotten."""

from datetime import timedelta

from app import papers
from app.contracts.service_forget import Forgetting
from app.module import Tick
from app.runtime import Runtime


def forget_one(runtime: Runtime) -> bool:
    """Rows first: bytes that a crash leaves are swept, as nobody's."""
    if runtime.watch.has_jumped():  # the alarm is the file drop's
        return False
    with runtime.transaction() as session:
        forgetting = Forgetting.of(session, runtime)
        keys = forgetting.one()
        if keys is None:
            forgetting.hands()
    papers.discard(runtime, keys or ())
    return keys is not None


def clear_papers(runtime: Runtime) -> bool:
    if runtime.watch.has_jumped():
        return False
    with runtime.transaction() as session:
        keys = Forgetting.of(session, runtime).replaced()
    papers.discard(runtime, keys)
    return bool(keys)


TICKS = (
    Tick("contracts.forget", timedelta(hours=24), forget_one),
    Tick("contracts.papers", timedelta(hours=1), clear_papers),
)
