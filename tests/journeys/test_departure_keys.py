"""A released delivery while the keys are away or busy, or the clock runs ahead."""

import logging
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import cycle

import pytest

from app import create_app
from app.kernel.clock import ClockWatch
from app.runtime import Runtime
from jobs.runner import run, ticks
from storage import KeyRefused, KeysAway
from storage.mortal import MortalKeys
from tests.cast import NOORD, SAM_MOBILE, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.departing import NAME, answer, hold, one, plan, view
from tests.drafting import SAM, begin, leave, release, send
from tests.fakes_storage import Away
from tests.tus import Tus
from tests.visitor import Visitor

RELEASE = ticks()["filedrop.release"]


@dataclass(frozen=True)
class Busy(MortalKeys):
    """Keys of which every second is asked for too soon."""

    refuses: "cycle[bool]" = field(default_factory=lambda: cycle([True, False]))

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        if next(self.refuses):
            raise KeysAway("too many keys were asked for", after=0)
        return super().unseal(day, sealed, reason)


@dataclass(frozen=True)
class Picky(MortalKeys):
    """Keys that fit all seals but the first that they are shown."""

    refused: list[bytes] = field(default_factory=list)

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        if not self.refused:
            self.refused.append(sealed)
        if sealed in self.refused:
            raise KeyRefused("the key that made this seal is not here")
        return super().unseal(day, sealed, reason)


@ONE_DATABASE
@pytest.mark.parametrize("keys", [Away, Picky])
def test_it_is_held_back_though_the_keys_are_away_or_do_not_fit(
    sam: Visitor, cast: Cast, runtime: Runtime, keys: type[MortalKeys]
) -> None:
    """It was wrong: nobody waits for a service to say so."""
    draft = one(sam)
    plan(sam, draft, "2026-11-05", "08:00")
    away = keys(runtime.keys, cast.clock, runtime.settings.timezone)
    him = Visitor(create_app(replace(runtime, keys=away)).test_client())
    him.sign_in(cast, SAM, SAM_MOBILE)
    hold(him, draft)
    him.follow()
    assert "De levering is tegengehouden. Er is niets verzonden." in him.text
    cast.clock.forward(hours=24)
    for tick in ("keys", "drafts", "reconcile"):
        cast.tick(f"filedrop.{tick}")
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open(draft)
    assert send(sam, draft, correction(ZUID), b"van Zuid").status_code == 201
    assert release(sam, draft, "2").status_code == 303
    leave(cast)
    assert len(cast.mails("an@noord.example")) == 1


@ONE_DATABASE
def test_who_asked_for_too_many_keys_goes_on_where_it_was(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    """To begin anew would take the turns of who reads, again and again."""
    draft = begin(sam)
    for month in range(1, 8):
        name = correction(NOORD, month=f"2026-{month:02}")
        send(sam, draft, name, name.encode())
    release(sam, draft, "7")
    cast.clock.forward(minutes=10)
    busy = Busy(runtime.keys, cast.clock, runtime.settings.timezone)
    assert run(replace(runtime, keys=busy), RELEASE) == 1
    assert len(cast.mails("an@noord.example")) == 1


@ONE_DATABASE
def test_one_that_cannot_leave_now_keeps_none_behind_it(
    sam: Visitor, cast: Cast, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = one(sam), begin(sam)
    send(sam, second, correction(ZUID), b"van Zuid")
    for draft in (first, second):
        release(sam, draft, "1")
    cast.clock.forward(minutes=10)
    keys = Picky(runtime.keys, cast.clock, runtime.settings.timezone)
    house = replace(runtime, keys=keys)
    assert run(house, RELEASE) == 1
    assert len(cast.mails("bo@zuid.example")) == 1
    assert view(runtime, first).is_departing
    assert "ALARM" not in caplog.text
    cast.clock.forward(minutes=5)
    assert run(house, RELEASE) == 0
    told = f"ALARM draft:{first.rpartition('/')[2]} cannot leave now"
    assert (told, logging.ERROR) in [(r.message, r.levelno) for r in caplog.records]
    assert cast.tick("filedrop.release") == 1


@ONE_DATABASE
def test_an_upload_that_was_dropped_comes_whole_once_it_is_held_back(
    tus: Tus, cast: Cast
) -> None:
    """Its bytes go under the day on which the draft dies now."""
    draft = f"/beheer/leveringen/nieuw/{tus.draft}"
    upload, late = tus.made(correction(ZUID), 8), b"van Zuid"
    tus.send(upload, late[:3], 0)
    send(tus.person, draft, NAME, b"van Noord")
    hour = {"wanneer": "op", "datum": "2026-11-05", "uur": "08:00"}
    fields = {"aantal": "1", "zonder": "1", **hour}
    assert answer(tus.person, f"{draft}/vrijgeven", fields).status_code == 303
    hold(tus.person, draft)
    assert tus.offset(upload) == 0
    assert tus.send(upload, late, 0).status_code == 204
    assert release(tus.person, draft, "2").status_code == 303
    leave(cast)
    assert len(cast.mails("bo@zuid.example")) == 1


@ONE_DATABASE
def test_when_the_clock_jumped_nothing_leaves(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    plan(sam, one(sam), "2026-11-05", "08:00")
    stopped = replace(runtime, watch=ClockWatch(cast.clock, lambda: 0.0))
    cast.clock.set(2026, 11, 5, 8, 0)
    assert run(stopped, RELEASE) == 0
    assert cast.tick("filedrop.release") == 1
