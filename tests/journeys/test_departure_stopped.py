"""What comes in the way of a delivery at its hour: it stops, or waits, and is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.runtime import Runtime
from jobs.runner import run, ticks
from notifier import Email
from notifier.outbox import Outbox
from tests.cast import SAM_MOBILE, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.departing import NAME, for_two, one, view
from tests.drafting import SAM, blobs, leave, release, send
from tests.fakes_storage import Away
from tests.visitor import Visitor


def blocked(cast: Cast, login: str) -> None:
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block(login, by="lies.claes")


def no_manager(cast: Cast) -> None:
    blocked(cast, "an.peeters")


def sam_blocked(cast: Cast) -> None:
    blocked(cast, SAM)


def sent_already(cast: Cast) -> None:
    cast.publish({NAME: b"van Noord"}, by="lies.claes")


@ONE_DATABASE
@pytest.mark.parametrize(
    ("mishap", "why"),
    [
        (no_manager, "Er zijn nog geblokkeerde bestanden."),
        (sam_blocked, "De login sam.claes mag geen leveringen vrijgeven."),
        (sent_already, "Er is niets nieuws om vrij te geven."),
    ],
)
def test_what_came_in_its_way_stops_it_and_colleagues_are_told(
    sam: Visitor,
    cast: Cast,
    signed_in: Callable[[str, str], Visitor],
    mishap: Callable[[Cast], None],
    why: str,
) -> None:
    draft = one(sam)
    release(sam, draft, "1")
    lies = signed_in("lies.claes", "admin")
    mishap(cast)
    letters = len(cast.mails("an@noord.example"))
    leave(cast)
    assert cast.tick("filedrop.release") == 0
    assert len(cast.mails("an@noord.example")) == letters
    assert ("draft.stop", "energiepost") in cast.audited("draft.stop")
    lies.open("/beheer/")
    told = "die sam.claes vrijgaf voor 26-10-2026 om 10.12 uur , is niet vertrokken."
    assert f"{told} {why} Bekijk het concept" in lies.text
    cast.clock.set(2026, 10, 27, 6, 0)
    cast.tick("desk.day")
    letter = cast.mails("lies.claes@fluvius.example")[-1].text
    assert "- 1 levering vertrok niet op haar uur" in letter


@ONE_DATABASE
def test_other_files_than_were_confirmed_never_leave(
    sam: Visitor, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    draft = one(sam)
    send(sam, draft, correction(ZUID), b"van Zuid")
    release(sam, draft, "2")
    cast.publish({correction(ZUID): b"van Zuid"})
    leave(cast)
    assert cast.mails("an@noord.example") == []
    why = view(cast.runtime, draft).stopped
    assert why == "Het aantal bestanden veranderde: 1 in plaats van 2."
    sam.open(f"{draft}/routering")
    assert f"is niet vertrokken. {why}" in sam.text
    alarm = f"ALARM draft:{draft.rpartition('/')[2]} did not leave at its hour"
    assert caplog.messages.count(alarm) == 1


@ONE_DATABASE
def test_an_hour_that_passed_while_the_jobs_stood_still_is_made_up_for(
    sam: Visitor, cast: Cast
) -> None:
    draft = one(sam)
    release(sam, draft, "1")
    cast.clock.forward(hours=20)
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open(f"{draft}/voortgang")
    assert "De verzending had op 26-10-2026 om 10.12 uur moeten starten." in sam.text
    for path in ("/beheer/", "/beheer/leveringen/"):
        sam.open(path)
        assert "had op 26-10-2026 om 10.12 uur moeten vertrekken" in sam.text
        assert "Er wacht niets op jou." not in sam.text
    cast.tick("desk.day")
    letter = cast.mails("sam.claes@fluvius.example")[-1].text
    assert "- 1 levering vertrok niet op haar uur" in letter
    assert cast.tick("filedrop.release") == 1
    assert len(cast.mails("an@noord.example")) == 1


@ONE_DATABASE
def test_what_waited_past_its_life_is_told_and_never_sent(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    release(sam, one(sam), "1")
    cast.clock.forward(hours=60)
    for tick in ("drafts", "release", "forget"):
        cast.tick(f"filedrop.{tick}")
    cast.clock.forward(minutes=15)
    cast.tick("filedrop.drafts")
    assert cast.mails("an@noord.example") == []
    assert blobs(runtime) == set()
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open("/beheer/")
    assert "lagen stil tot het concept verlopen was. Maak de levering" in sam.text
    assert "Bekijk het concept" not in sam.text


@ONE_DATABASE
def test_a_file_whose_bytes_cannot_be_read_stops_it(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = for_two(sam)
    release(sam, draft, "2")
    for key in blobs(runtime):
        runtime.blobs.delete(key)
    leave(cast)
    assert view(runtime, draft).stopped == (
        "De inhoud van een bestand is niet meer leesbaar."
    )
    assert blobs(runtime) == set()


class Killed(BaseException):
    """What a process that is killed would not live to see."""


class Dying(Outbox):
    """Whoever writes a letter here does not come to the commit."""

    def put(self, session: Session, email: Email, **told: object) -> NoReturn:
        del session, email, told
        raise Killed


def test_a_crash_at_its_hour_loses_nothing_and_sends_nothing_twice(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = for_two(sam)
    release(sam, draft, "2")
    cast.clock.forward(minutes=10)
    outbox = runtime.outbox
    dying = Dying(outbox.seal, outbox.unseal, outbox.host)
    with pytest.raises(Killed):
        run(replace(runtime, outbox=dying), ticks()["filedrop.release"])
    keys = Away(runtime.keys, cast.clock, runtime.settings.timezone)
    assert run(replace(runtime, keys=keys), ticks()["filedrop.release"]) == 0
    assert view(runtime, draft).is_departing
    assert [cast.tick("filedrop.release") for _ in range(2)] == [1, 0]
    for address in ("an@noord.example", "bo@zuid.example"):
        assert len(cast.mails(address)) == 1
    assert len(blobs(runtime)) == 2
