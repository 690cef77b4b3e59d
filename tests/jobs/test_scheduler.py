import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask

from app import create_app
from app.db.beat import last_beat
from app.kernel.chain import Seals
from app.kernel.clock import system_clock
from app.runtime import Runtime
from app.settings import Settings
from app.web.context import KEY
from app.wiring import build
from jobs import scheduler
from jobs.commands import cli
from notifier import ledger
from notifier.outbox import State
from tests.cast import NOORD, Cast, correction
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.fakes_senders import SentEmail, SentSms
from tests.servers.house import process, until
from tests.servers.smtp import Relay, relay


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Relay]:
    with relay(tmp_path) as carrier:
        yield carrier


@pytest.fixture
def outside(
    environ: dict[str, str], carrier: Relay, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The environment of processes that send by the relay."""
    monkeypatch.setenv("SSL_CERT_FILE", str(carrier.cafile))
    return environ | {"EMAIL": carrier.url, "SSL_CERT_FILE": str(carrier.cafile)}


@pytest.fixture
def today(outside: dict[str, str], tmp_path: Path) -> Iterator[Cast]:
    """The cast on this very day, for processes have the clock of this machine."""
    clock = FakeClock(system_clock())
    runtime = build(Settings.from_env(outside), clock)
    yield Cast(runtime, clock, tmp_path, SentEmail(), SentSms())
    runtime.database.close()


def publish_to(cast: Cast, managers: int) -> None:
    cast.staff()
    cast.register(
        *(
            f"{NOORD};Noord;m.{n:02};M {n};m{n}@noord.example;0470 11 22 {n:02}"
            for n in range(managers)
        )
    )
    cast.publish({correction(NOORD): b"1"})


def states(runtime: Runtime) -> list[State]:
    with runtime.reading() as session:
        every = ledger.listing(session, frozenset(State))
    # the letter of the day goes to colleagues, if the day is old enough
    return [letter.state for letter in every if letter.kind != "day"]


def beating(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return last_beat(session) is not None


@ONE_DATABASE
def test_without_the_keys_of_the_notary_the_jobs_do_not_start(
    app: Flask, runtime: Runtime
) -> None:
    app.extensions[KEY] = replace(runtime, seals=Seals({}))
    app.cli.add_command(cli)
    refused = app.test_cli_runner().invoke(args=["jobs", "run"])
    assert refused.exit_code == 3
    assert refused.stderr == (
        "Fout: AUDIT_KEYS is missing: the jobs bind the audit book\n"
    )


def test_two_processes_hand_over_each_letter_once(
    today: Cast, outside: dict[str, str], carrier: Relay, tmp_path: Path
) -> None:
    publish_to(today, managers=12)
    carrier.mode = "slow"  # neither is done before the other begins
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with (
        process(outside, "flask", "jobs", "run", log=logs[0]) as one,
        process(outside, "flask", "jobs", "run", log=logs[1]) as two,
    ):
        until(lambda: states(today.runtime) == [State.SENT] * 12)
        until(lambda: all("post.deliver" in log.read_text() for log in logs))
        for running in (one, two):
            running.send_signal(signal.SIGTERM)
            assert running.wait(timeout=30) == 0
    to_managers = [to for _, to in carrier.envelopes if "@noord" in to[0]]
    assert sorted(to_managers) == sorted([f"m{n}@noord.example"] for n in range(12))
    assert {sender for sender, _ in carrier.envelopes} == {"no-reply@fluvius.be"}
    for log in logs:
        text = log.read_text()
        assert "Traceback" not in text, text
        assert "ALARM" not in text, text


def test_a_letter_of_a_killed_process_goes_out_when_its_lease_is_over(
    today: Cast, outside: dict[str, str], carrier: Relay, tmp_path: Path
) -> None:
    publish_to(today, managers=1)
    carrier.mode = "hang"
    with process(outside, "flask", "jobs", "run", log=tmp_path / "jobs.log") as jobs:
        until(lambda: carrier.offered == 1)
        jobs.send_signal(signal.SIGKILL)
        assert jobs.wait() == -signal.SIGKILL
    carrier.mode = "ok"
    today.tick("post.deliver")
    assert carrier.mails == []
    today.clock.forward(minutes=15)
    today.tick("post.deliver")
    assert len(carrier.mails) == 1
    assert states(today.runtime) == [State.SENT]


def test_a_process_that_is_told_to_stop_finishes_its_letter(
    today: Cast, outside: dict[str, str], carrier: Relay, tmp_path: Path
) -> None:
    publish_to(today, managers=3)
    carrier.mode = "slow"
    with process(outside, "flask", "jobs", "run", log=tmp_path / "jobs.log") as jobs:
        until(lambda: carrier.offered == 1)
        jobs.send_signal(signal.SIGTERM)
        assert jobs.wait(timeout=30) == 0
    assert len(carrier.mails) == 1
    assert sorted(states(today.runtime)) == ["sent", "waiting", "waiting"]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_command_runs_until_a_signal(today: Cast, sign: signal.Signals) -> None:
    app = create_app(today.runtime)
    app.cli.add_command(cli)
    former = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]

    def knock() -> None:
        until(lambda: beating(today.runtime))
        os.kill(os.getpid(), sign)

    outside = Thread(target=knock)
    outside.start()
    try:
        assert app.test_cli_runner().invoke(args=["jobs", "run"]).exit_code == 0
    finally:
        outside.join()
        signal.signal(signal.SIGINT, former[0])
        signal.signal(signal.SIGTERM, former[1])


def test_a_tick_that_fails_does_not_stop_the_others(
    today: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    runtime, stop = today.runtime, Event()
    with runtime.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE letter")
    serving = Thread(target=scheduler.serve, args=(runtime, stop))
    serving.start()
    try:
        until(lambda: beating(runtime))
        until(lambda: "tick post.deliver failed" in caplog.text)
    finally:
        stop.set()
        serving.join()


def test_a_process_without_its_database_says_so_and_ends(
    outside: dict[str, str], tmp_path: Path
) -> None:
    away = outside | {"DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/db.sqlite"}
    log = tmp_path / "jobs.log"
    with process(away, "flask", "jobs", "run", log=log) as jobs:
        assert jobs.wait(timeout=30) == 1
    assert log.read_text() == (
        "Fout: De databank weigert: unable to open database file\n"
    )
