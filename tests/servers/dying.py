"""python -m tests.servers.dying MOMENT: works at Wiebe's contract, and is killed."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from app.contracts.service import Actor, Contracts
from app.contracts.service_forget import Forgetting
from app.contracts.service_papers import Returned, put_away, taken_back
from app.kernel.clock import Clock, system_clock
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from tests.cast import Cast
from tests.citizens import ZON
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms
from tests.providers import BY_HAND, SCAN, Provider


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def handing_in(runtime: Runtime) -> None:
    """Killed when the bytes lie there and the row is written, but not for good."""
    actor = _wiebe(runtime)
    paper = put_away(runtime, SCAN)
    with runtime.reading() as session:
        given = Contracts.of(session, runtime).current(actor.card.id)
    assert given
    assert given.document
    came = Returned(paper, BY_HAND, "Zaakvoerder", given.document)
    with runtime.transaction() as session, taken_back(runtime, paper):
        Contracts.of(session, runtime).hand_in(actor, came)
        die()


def forgetting(runtime: Runtime) -> None:
    """Killed when the rows are gone for good, and the bytes are not."""
    with runtime.transaction() as session:
        assert Forgetting.of(session, runtime).one()
    die()


MOMENTS: dict[str, tuple[Callable[[Runtime], None], int]] = {
    "handing-in": (handing_in, 0),
    "forgetting": (forgetting, 4000),
}


def _wiebe(runtime: Runtime) -> Actor:
    cast = Cast(runtime, FakeClock(runtime.clock()), Path(), SentEmail(), SentSms())
    return Provider(cast, ZON, "wiebe").actor


def _clock(days: int) -> Clock:
    clock = FakeClock(system_clock())
    clock.forward(days=days)
    return clock


if __name__ == "__main__":
    work, later = MOMENTS[sys.argv[1]]
    work(build(Settings.load(), _clock(later)))
