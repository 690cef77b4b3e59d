"""The scheduler process: every tick on its own beat, one run of each at a time."""

import signal
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app.runtime import Runtime
from jobs import heartbeat
from jobs.runner import run, ticks

THREADS = 4


def serve(runtime: Runtime, stop: Event | None = None) -> None:
    """Run all ticks until told to stop; a step under way is finished first."""
    stop = stop or _on_signal()
    heartbeat.tell_of_downtime(runtime)
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for tick in ticks().values():
        scheduler.add_job(
            run,
            "interval",
            args=(runtime, tick),
            kwargs={"stop": stop},
            seconds=tick.every.total_seconds(),
            next_run_time=runtime.clock(),
            id=tick.name,
        )
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def _on_signal() -> Event:
    stop = Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    return stop
