import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from app.db import audit
from app.db.audit import AuditEntry
from app.module import Tick
from app.modules import MODULES
from app.runtime import Runtime
from jobs import runner

NONE_LEFT = 0


def tick(step: Callable[[Runtime], bool]) -> Tick:
    return Tick("test.step", timedelta(minutes=1), step)


def test_a_step_is_repeated_until_it_finds_no_work(runtime: Runtime) -> None:
    work = [1, 2, 3]
    assert runner.run(runtime, tick(lambda _: bool(work and work.pop()))) == 3
    assert len(work) == NONE_LEFT


def test_what_a_step_writes_in_the_book_came_from_the_jobs(runtime: Runtime) -> None:
    def step(house: Runtime) -> bool:
        with house.transaction() as session:
            audit.record(session, "file.purge", "file:x", at=house.clock())
        return False

    runner.run(runtime, tick(step))
    with runtime.reading() as session:
        assert session.scalars(select(AuditEntry.source)).all() == ["jobs"]


def test_a_run_ends_when_its_budget_is_spent(runtime: Runtime) -> None:
    endless = tick(lambda _: True)
    assert runner.run(runtime, endless, budget=timedelta(0)) == 0
    assert runner.run(runtime, endless, budget=timedelta(milliseconds=20)) > 0


def test_a_run_ends_after_the_step_in_which_it_is_told_to_stop(
    runtime: Runtime,
) -> None:
    stop, steps = Event(), []

    def step(_: Runtime) -> bool:
        steps.append(1)
        stop.set()
        return True

    assert runner.run(runtime, tick(step), stop=stop) == 1
    assert runner.run(runtime, tick(step), stop=stop) == 0
    assert len(steps) == 1


def test_an_error_ends_a_run_and_is_told(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    work = [True, True]
    assert runner.run(runtime, tick(lambda _: work.pop())) == 2
    assert "tick test.step failed after 2 steps" in caplog.text
    assert "IndexError" in caplog.text


def test_a_run_that_found_nothing_is_not_worth_a_line(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    runner.run(runtime, tick(lambda _: False))
    assert not caplog.messages


def test_the_timetable_holds_every_tick_of_every_room_once() -> None:
    rooms = [tick.name for module in MODULES for tick in module.ticks]
    ours = {"post.deliver", "post.forget", "jobs.beat"}
    assert len(set(rooms)) == len(rooms)
    assert set(runner.ticks()) == {*rooms, *ours}
    assert next(iter(runner.ticks())) == "post.deliver"
