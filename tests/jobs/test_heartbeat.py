import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.db.beat import last_beat
from app.runtime import Runtime
from jobs.heartbeat import beat, tell_of_downtime
from tests.clock import FakeClock
from tests.servers import Answer, HttpCarrier, running


class Switch(HttpCarrier):
    """A dead man's switch; modes: ok, refuse, drop."""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        del path, headers, body
        return Answer(500 if self.mode == "refuse" else 200, "OK", {})


@pytest.fixture
def switch() -> Iterator[Switch]:
    with running(Switch()) as switch:
        yield switch


@pytest.fixture
def pinging(runtime: Runtime, switch: Switch) -> Runtime:
    settings = replace(runtime.settings, health_ping_url=f"{switch.url}/ping")
    return replace(runtime, settings=settings)


def test_each_beat_is_written_over_the_one_before(
    runtime: Runtime, clock: FakeClock
) -> None:
    for _ in range(2):
        clock.forward(minutes=1)
        assert not beat(runtime)
        with runtime.reading() as session:
            assert last_beat(session) == clock()


def test_a_beat_tells_the_dead_mans_switch(pinging: Runtime, switch: Switch) -> None:
    beat(pinging)
    assert switch.requests == 1


@pytest.mark.parametrize("mode", ["refuse", "drop"])
def test_a_switch_that_fails_harms_nobody(
    pinging: Runtime, switch: Switch, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    switch.mode = mode
    assert not beat(pinging)
    assert caplog.messages == ["the health ping was not taken"]


def test_without_its_database_the_house_does_not_say_it_lives(
    pinging: Runtime, switch: Switch
) -> None:
    with pinging.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE beat")
    with pytest.raises(Exception, match="beat"):
        beat(pinging)
    assert switch.requests == 0


def test_a_long_silence_is_told_at_the_next_start(
    runtime: Runtime, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tell_of_downtime(runtime)
    beat(runtime)
    clock.forward(minutes=60)
    tell_of_downtime(runtime)
    assert not caplog.messages
    clock.forward(minutes=1)
    tell_of_downtime(runtime)
    assert caplog.messages == [
        "ALARM the jobs stood still since 2026-10-26T09:00:00+00:00"
    ]
