"""A released delivery waits for its hour, is held back, leaves once, or is stopped."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import NoReturn

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.service import Accounts
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_view import DraftView
from app.runtime import Runtime
from jobs.runner import run, ticks
from notifier import Email
from notifier.outbox import Outbox
from tests.cast import NOORD, SAM_MOBILE, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import SAM, begin, blobs, leave, release, row, send
from tests.fakes_storage import Away
from tests.visitor import Visitor

NAME = correction(NOORD)


def one(sam: Visitor) -> str:
    """A draft with one file for An."""
    draft = begin(sam)
    assert send(sam, draft, NAME, b"van Noord").status_code == 201
    return draft


def for_two(sam: Visitor) -> str:
    """A draft with one document for An and for Bo."""
    draft = begin(sam, "adhoc")
    send(sam, draft, "brief.pdf", b"%PDF")
    action = row(sam, draft, "brief.pdf")
    sam.submit(action, {"actie": "kiezen", "gemeenschap": f"{NOORD} {ZUID}"})
    return draft


def plan(sam: Visitor, draft: str, day: str, clock: str) -> TestResponse:
    """Released for an hour, as the form asks for it."""
    return answer(
        sam,
        f"{draft}/vrijgeven",
        {"aantal": "1", "wanneer": "op", "datum": day, "uur": clock},
    )


def hold(sam: Visitor, draft: str) -> TestResponse:
    """Press Tegenhouden on the page that has it."""
    return answer(sam, f"{draft}/tegenhouden", {}, seen=f"{draft}/voortgang")


def answer(
    sam: Visitor, path: str, fields: Mapping[str, str], *, seen: str = ""
) -> TestResponse:
    page = sam.open(seen or path).get_data(as_text=True)
    found = re.search(r'name="vrijgave" value="([^"]+)"', page)
    assert found, sam.text
    return sam.submit(path, {"vrijgave": found[1], **fields})


def view(runtime: Runtime, draft: str) -> DraftView:
    with runtime.reading() as session:
        return Drafts.of(session, runtime).show(draft.rpartition("/")[2])


def test_what_is_released_now_leaves_after_ten_minutes(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = one(sam)
    assert release(sam, draft, "1").headers["Location"] == f"{draft}/voortgang"
    sam.follow()
    assert "Verzending start om 10.12 uur. Tot dan ziet geen enkele" in sam.text
    sam.open("/beheer/")
    assert "0 leveringen wachten op vrijgave" in sam.text
    assert "Correctiebestanden : vertrekt op 26-10-2026 om 10.12 uur" in sam.text
    cast.clock.forward(minutes=9, seconds=59)
    assert cast.tick("filedrop.release") == 0
    assert cast.mails("an@noord.example") == []
    assert sam.open(f"{draft}/stand").json == {
        "lines": {},
        "more": True,
        "said": "Verzending start om 10.12 uur.",
    }
    cast.clock.forward(seconds=1)
    sam.open(f"{draft}/voortgang")
    assert "De verzending start elk ogenblik." in sam.text
    assert cast.tick("filedrop.release") == 1
    assert len(cast.mails("an@noord.example")) == 1
    delivery = sam.open(f"{draft}/voortgang").headers["Location"]
    assert sam.open(f"{draft}/stand").json == {"next": delivery}
    assert cast.file(NAME).posted_at == datetime(2026, 10, 26, 9, 12, tzinfo=UTC)
    told = [action for action, _ in cast.audited("draft.")]
    assert told == ["draft.make", "draft.add", "draft.plan", "draft.release"]
    assert len(blobs(runtime)) == 1


def test_held_back_it_is_a_draft_again_and_nobody_was_told_anything(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = one(sam)
    release(sam, draft, "1")
    hold(sam, draft)
    sam.follow()
    assert "De levering is tegengehouden. Er is niets verzonden." in sam.text
    assert "Typ 1 om te bevestigen" in sam.text
    cast.clock.forward(hours=1)
    assert cast.tick("filedrop.release") == 0
    assert cast.mails("an@noord.example") == []
    assert cast.audited("draft.hold") == [("draft.hold", SAM)]
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open(draft)
    assert send(sam, draft, correction(NOORD, month="2026-08"), b"").status_code == 422
    assert release(sam, draft, "1").status_code == 303
    leave(cast)
    assert len(cast.mails("an@noord.example")) == 1
    assert len(blobs(runtime)) == 1


def test_a_planned_draft_outlives_its_two_days_and_the_key_of_the_day_it_was_to_die(
    sam: Visitor, cast: Cast, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    draft = one(sam)
    (first_day,) = runtime.keys.days()
    plan(sam, draft, "2026-11-02", "08:00")
    sam.follow()
    assert "Verzending start op 2-11-2026 om 8.00 uur." in sam.text
    for _ in range(6):
        cast.clock.forward(days=1)
        for tick in ("drafts", "keys", "reconcile", "release", "forget"):
            cast.tick(f"filedrop.{tick}")
    assert first_day not in runtime.keys.days()
    cast.clock.set(2026, 11, 2, 7, 0)
    assert cast.tick("filedrop.release") == 1
    assert cast.file(NAME).expires_at == datetime(2026, 12, 1, 23, tzinfo=UTC)
    an = visitor()
    cast.settled("an.peeters")
    an.sign_in(cast, "an.peeters")
    assert an.open(f"/bestanden/{cast.file(NAME).public_id}/download").data == (
        b"van Noord"
    )


def test_held_back_early_it_lives_two_days_more_and_no_longer(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = one(sam)
    plan(sam, draft, "2026-11-05", "08:00")
    kept = runtime.keys.days()
    hold(sam, draft)
    assert view(runtime, draft).dies_at == datetime(2026, 10, 28, 9, 2, tzinfo=UTC)
    cast.clock.forward(hours=47)
    for tick in ("drafts", "keys", "reconcile"):
        cast.tick(f"filedrop.{tick}")
    sam.sign_in(cast, SAM, SAM_MOBILE)
    assert release(sam, draft, "1").status_code == 303
    leave(cast)
    assert cast.file(NAME).sealed_key
    assert len(runtime.keys.days()) > len(kept)


def test_while_it_waits_nothing_about_it_changes(
    sam: Visitor, cast: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    draft = one(sam)
    action = row(sam, draft, NAME)
    release(sam, draft, "1")
    progress = f"{draft}/voortgang"
    for path, fields in (
        (action, {"actie": "apart"}),
        (f"{draft}/reden", {"reden": "verhuis"}),
        (f"{draft}/weggooien", {}),
        (f"{draft}/vrijgeven", {"vrijgave": "B" * 22, "aantal": "1"}),
    ):
        sam.open("/beheer/leveringen/nieuw")
        assert "Vertrekt op 26-10-2026 om 10.12 uur" in sam.text
        assert sam.submit(path, fields).headers["Location"] == progress
    for path in (draft, f"{draft}/vrijgeven"):
        assert sam.open(path).headers["Location"] == progress
    for path in (f"{draft}/routering", f"{draft}/berichten"):
        assert sam.open(path).status_code == 200
        assert "Er wijzigt niets meer aan." in sam.text
        assert "Apart zetten" not in sam.text
    late = send(sam, draft, correction(ZUID), b"te laat")
    assert late.status_code == 409
    assert late.json == {"sentence": "Dit concept is vrijgegeven en wacht op zijn uur."}
    mieke = signed_in("mieke.smets", "uploader")
    mieke.open(progress)
    assert "Een collega met het recht om vrij te geven, kan de levering" in mieke.text
    assert mieke.submit(f"{draft}/tegenhouden", {}).status_code == 403


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"wanneer": "op"}, "Kies een datum en een uur."),
        ({"wanneer": "op", "datum": "2026-10-26", "uur": "09:00"}, "is al voorbij."),
        ({"datum": "2026-10-27"}, "Je koos Nu en vulde ook een uur in."),
    ],
)
def test_an_hour_that_cannot_be_is_told_at_its_field(
    sam: Visitor, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    draft = one(sam)
    said = answer(sam, f"{draft}/vrijgeven", {"aantal": "1", **fields})
    assert said.status_code == 422
    assert sentence in sam.text
    assert 'href="#datum"' in said.text
    assert cast.audited("draft.plan") == []


def test_at_the_second_it_leaves_holding_it_back_wins_or_loses_whole(
    sam: Visitor, cast: Cast
) -> None:
    """Who comes first has it; the other is told what is true."""
    won = 0
    for month in ("2026-06", "2026-07", "2026-08"):
        draft = begin(sam)
        send(sam, draft, correction(NOORD, month=month), b"x")
        release(sam, draft, "1")
        cast.clock.forward(minutes=10)
        page = sam.open(f"{draft}/voortgang").get_data(as_text=True)
        seen = re.search(r'name="vrijgave" value="([^"]+)"', page)
        assert seen
        gate = Barrier(2)

        def go(gate: Barrier = gate) -> None:
            gate.wait()
            cast.tick("filedrop.release")

        before = len(cast.mails("an@noord.example"))
        jobs = Thread(target=go)
        jobs.start()
        gate.wait()
        sam.submit(f"{draft}/tegenhouden", {"vrijgave": seen[1]})
        jobs.join()
        is_held = sam.page is not None and sam.page.headers["Location"].endswith("ven")
        sam.follow()
        held = "De levering is tegengehouden. Er is niets verzonden."
        left = "De verzending was al gestart. Tegenhouden kan niet meer."
        assert (held if is_held else left) in sam.text
        got = len(cast.mails("an@noord.example")) - before
        assert got == (0 if is_held else 1)
        won += is_held
    assert len(cast.audited("draft.hold")) == won
    assert len(cast.audited("delivery.publish")) == 3 - won


def test_who_holds_what_was_held_or_has_another_hour_is_told_so(
    sam: Visitor, cast: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    draft = one(sam)
    release(sam, draft, "1")
    stale = view(cast.runtime, draft).release_id
    lies = signed_in("lies.claes", "admin")
    hold(lies, draft)
    fields = {"vrijgave": stale}
    sam.open("/beheer/leveringen/nieuw")
    sam.submit(f"{draft}/tegenhouden", fields)
    sam.follow()
    assert "Deze levering was al tegengehouden." in sam.text
    plan(lies, draft, "2026-10-27", "08:00")
    sam.open("/beheer/leveringen/nieuw")
    sam.submit(f"{draft}/tegenhouden", fields)
    sam.follow()
    assert "Deze levering kreeg intussen een ander uur." in sam.text
    assert "Verzending start op 27-10-2026 om 8.00 uur." in sam.text


def blocked(cast: Cast, login: str) -> None:
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block(login, by="lies.claes")


def no_manager(cast: Cast) -> None:
    blocked(cast, "an.peeters")


def sam_blocked(cast: Cast) -> None:
    blocked(cast, SAM)


def sent_already(cast: Cast) -> None:
    cast.publish({NAME: b"van Noord"}, by="lies.claes")


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
def test_other_files_than_were_confirmed_never_leave(sam: Visitor, cast: Cast) -> None:
    draft = one(sam)
    send(sam, draft, correction(ZUID), b"van Zuid")
    release(sam, draft, "2")
    cast.publish({correction(ZUID): b"van Zuid"})
    leave(cast)
    assert cast.mails("an@noord.example") == []
    why = view(cast.runtime, draft).stopped
    assert why == "Er zouden 1 bestanden vertrekken; vrijgegeven waren er 2."


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
    assert cast.tick("filedrop.release") == 1
    assert len(cast.mails("an@noord.example")) == 1


@ONE_DATABASE
def test_what_waited_past_its_life_is_told_and_never_sent(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    release(sam, one(sam), "1")
    cast.clock.forward(hours=60)
    cast.tick("filedrop.release")
    cast.clock.forward(minutes=15)
    for tick in ("drafts", "release"):
        cast.tick(f"filedrop.{tick}")
    assert cast.mails("an@noord.example") == []
    assert blobs(runtime) == set()
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open("/beheer/")
    assert "De achtergrondtaken lagen stil tot het concept verlopen was." in sam.text


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
