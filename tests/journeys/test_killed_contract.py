"""A process that is killed at work on a contract: nothing lost, twice, or for ever."""

import signal
from pathlib import Path

import pytest

from app.contracts.rules import State
from app.filedrop import upkeep
from app.kernel.clock import system_clock
from tests.cast import Cast
from tests.clock import FakeClock
from tests.providers import Provider
from tests.servers.house import process


@pytest.fixture
def clock() -> FakeClock:
    """Of today, as that of the process that is killed."""
    return FakeClock(system_clock())


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    """With a contract that waits for a signature."""
    wiebe = Provider.wiebe(cast)
    wiebe.requests()
    wiebe.chooses()
    return wiebe


def killed(wiebe: Provider, environ: dict[str, str], moment: str) -> None:
    log = Path(wiebe.cast.folder / "dying.log")
    with process(environ, "tests.servers.dying", moment, log=log) as running:
        assert running.wait(60) == -signal.SIGKILL, log.read_text()


def blobs(wiebe: Provider) -> set[str]:
    return {blob.key for blob in wiebe.cast.runtime.blobs.keys()}


def test_killed_between_the_bytes_and_the_row_it_is_handed_in_once_more(
    wiebe: Provider, environ: dict[str, str]
) -> None:
    offered = blobs(wiebe)
    killed(wiebe, environ, "handing-in")
    stray = blobs(wiebe) - offered
    assert len(stray) == 1
    assert wiebe.contract is not None
    assert wiebe.contract.state is State.TO_SIGN

    wiebe.hands_in()
    wiebe.is_told(State.ACTIVE)
    kept = blobs(wiebe) - stray
    assert len(kept) == 2
    wiebe.cast.clock.forward(days=2)
    found = upkeep.reconcile(wiebe.cast.runtime)
    assert (set(found.orphans), found.papers) == (stray, [])
    wiebe.cast.tick("contracts.papers")
    assert blobs(wiebe) == kept


def test_killed_while_a_contract_is_forgotten_its_bytes_go_a_day_later(
    wiebe: Provider, environ: dict[str, str]
) -> None:
    wiebe.hands_in()
    wiebe.does("cancel")
    left = blobs(wiebe)
    killed(wiebe, environ, "forgetting")
    assert wiebe.contract is None
    assert blobs(wiebe) == left
    wiebe.cast.clock.forward(days=4002)
    found = upkeep.reconcile(wiebe.cast.runtime)
    assert (set(found.orphans), found.papers) == (left, [])
    assert blobs(wiebe) == set()
