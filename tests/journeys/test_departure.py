"""A released delivery waits for its hour, leaves once, or is held back until then."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest

from app.filedrop.uploads import keep
from app.kernel.errors import Conflict
from app.runtime import Runtime
from tests.cast import NOORD, SAM_MOBILE, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.departing import NAME, answer, hold, one, plan, view
from tests.drafting import SAM, begin, blobs, leave, release, row, send
from tests.visitor import Visitor


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
    assert an.open(cast.link(NAME)).data == (b"van Noord")


def test_held_back_early_it_lives_two_days_more_and_no_longer(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = one(sam)
    plan(sam, draft, "2026-11-05", "08:00")
    kept = runtime.keys.days()
    hold(sam, draft)
    assert view(runtime, draft).dies_at == datetime(2026, 10, 28, 9, 2, tzinfo=UTC)
    cast.clock.forward(hours=47)
    for tick in ("drafts", "keys"):
        cast.tick(f"filedrop.{tick}")
    sam.sign_in(cast, SAM, SAM_MOBILE)
    assert release(sam, draft, "1").status_code == 303
    leave(cast)
    assert cast.file(NAME).sealed_key
    assert len(runtime.keys.days()) > len(kept)


@ONE_DATABASE
def test_a_file_that_comes_while_its_draft_is_released_and_held_comes_once_more(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    """It was sealed under a key that may be destroyed before the draft dies."""
    draft = one(sam)
    cast.clock.forward(hours=20)
    sam.sign_in(cast, SAM, SAM_MOBILE)

    def pieces() -> Iterator[bytes]:
        plan(sam, draft, "2026-11-05", "08:00")
        hold(sam, draft)
        yield b"van Zuid"

    name, draft_id = correction(ZUID), draft.rpartition("/")[2]
    with pytest.raises(Conflict, match="Stuur het bestand opnieuw"):
        keep(runtime, draft_id, name, pieces(), by=SAM)
    assert len(blobs(runtime)) == 1
    assert keep(runtime, draft_id, name, iter([b"van Zuid"]), by=SAM)
    assert release(sam, draft, "2").status_code == 303
    leave(cast)


@ONE_DATABASE
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
    for month in ("2026-07", "2026-08"):
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
    assert len(cast.audited("delivery.publish")) == 2 - won


@ONE_DATABASE
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
