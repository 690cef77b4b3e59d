"""Publishing by command, and what was placed before there was a scanner."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from click.testing import Result
from sqlalchemy import select

from app.filedrop import intake
from app.filedrop.models import ScanAlarm
from app.filedrop.service_clear import Clearing
from app.filedrop.service_publish import Publishing
from app.filedrop.service_scan import Scanning, Suspect
from app.filedrop.service_stash import stash
from app.kernel.errors import Conflict
from jobs.runner import run, ticks
from storage.scanner import CLEAN, Doubt, Finding, NoScanner, Verdict
from tests.cast import NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import blobs
from tests.fakes_scanner import FakeScanner
from tests.fakes_storage import Away
from tests.servers.clamd import EICAR, FOUND
from tests.terminal import refused
from tests.visitor import Visitor

Command = Callable[..., Result]
BOTH = {correction(NOORD): b"van Noord", correction(ZUID): b"van Zuid"}
SAM = "sam.claes@fluvius.example"
WAIT = "Dit bestand wordt nog gecontroleerd."


@pytest.fixture
def before(cast: Cast) -> Cast:
    """The house when it had no scanner yet."""
    return replace(cast, runtime=replace(cast.runtime, scanner=NoScanner()))


@ONE_DATABASE
@pytest.mark.parametrize(
    ("down", "sentence"),
    [
        (None, f"{correction(ZUID)}: de virusscanner vond {FOUND}"),
        (Doubt.AWAY, f"{correction(NOORD)}: de virusscanner antwoordt niet"),
        (
            Doubt.TOO_LARGE,
            f"{correction(NOORD)}: de virusscanner kan dit bestand niet controleren",
        ),
    ],
)
def test_a_command_places_nothing_that_is_not_clean(
    cast: Cast,
    command: Command,
    scanner: FakeScanner,
    down: Doubt | None,
    sentence: str,
) -> None:
    cast.everybody()
    scanner.down = down
    batch = cast.batch({**BOTH, correction(ZUID): EICAR})
    said = command("filedrop", "publish", batch, "--by", "sam.claes")
    refused(said, f"{sentence}; er is niets geplaatst.")
    assert blobs(cast.runtime) == set()
    assert cast.mails("an@noord.example") == []


@ONE_DATABASE
def test_a_command_places_what_is_clean(
    cast: Cast, command: Command, scanner: FakeScanner
) -> None:
    cast.everybody()
    done = command("filedrop", "publish", cast.batch(BOTH), "--by", "sam.claes")
    assert done.exit_code == 0
    assert sorted(scanner.seen) == sorted(BOTH.values())
    assert cast.file(correction(NOORD)).finding == "clean"
    assert cast.tick("filedrop.scan") == 0


@ONE_DATABASE
def test_nothing_is_placed_that_did_not_pass_the_scanner(
    before: Cast, cast: Cast
) -> None:
    """Whatever way a caller takes: here bytes that were sealed without a scanner."""
    cast.everybody()
    candidates, _ = intake.by_name(intake.files_in(cast.batch(BOTH)))
    now = cast.clock()
    with cast.runtime.transaction() as session:
        publishing = Publishing.of(session, cast.runtime, now=now)
        plan, by = publishing.plan(candidates), publishing.releaser("sam.claes")
        stashed = stash(before.runtime, plan, now=now)
        with pytest.raises(Conflict, match="niet vrij van virussen"):
            publishing.publish(stashed, by=by)


def test_what_was_placed_without_a_scanner_waits_until_one_looked(
    before: Cast, cast: Cast, visitor: Callable[[], Visitor], scanner: FakeScanner
) -> None:
    cast.everybody()
    before.publish({**BOTH, correction(NOORD, month="2026-08"): EICAR})
    assert before.tick("filedrop.scan") == 0
    assert scanner.seen == []
    cast.settled()
    an = visitor()
    an.sign_in(cast, "an.peeters")
    an.open("/bestanden/")
    assert correction(NOORD) not in an.text
    paths = [
        f"/bestanden/{cast.file(name).public_id}"
        for name in (correction(NOORD), correction(NOORD, month="2026-08"))
    ]
    for path in (*paths, f"{paths[0]}/download"):
        assert an.open(path).status_code == 503
        assert WAIT in an.text

    assert cast.tick("filedrop.scan") == 3
    an.open("/bestanden/")
    assert correction(NOORD) in an.text
    assert correction(NOORD, month="2026-08") not in an.text
    assert an.open(f"{paths[0]}/download").data == b"van Noord"
    assert an.open(f"{paths[1]}/download").status_code == 503
    (mail,) = cast.mails(SAM)
    assert FOUND in mail.text


@ONE_DATABASE
def test_colleagues_see_what_is_held_of_a_delivery(
    before: Cast, cast: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    cast.everybody()
    before.publish({correction(NOORD): EICAR})
    cast.tick("filedrop.scan")
    lies = signed_in("lies.admin", "admin")
    lies.open("/beheer/leveringen/quarantaine")
    assert "Levering van sam.claes" in lies.text
    assert f"De virusscanner vond {FOUND}." in lies.text
    assert "Opnieuw controleren" in lies.text
    auditor = signed_in("au.ditor", "auditor")
    auditor.open("/beheer/leveringen/quarantaine")
    assert "Levering van sam.claes" in auditor.text
    assert "Opnieuw controleren" not in auditor.text


@ONE_DATABASE
def test_nobody_is_reminded_of_what_is_held(before: Cast, cast: Cast) -> None:
    cast.everybody()
    before.publish({correction(NOORD): EICAR, correction(ZUID): b"van Zuid"})
    cast.mails("an@noord.example")
    cast.tick("filedrop.scan")
    cast.clock.forward(days=24)
    cast.tick("filedrop.remind")
    assert len(cast.mails("an@noord.example")) == 1  # the letter of the delivery
    assert len(cast.mails("bo@zuid.example")) == 2


@dataclass
class Fragile(FakeScanner):
    """A scanner that one file fells."""

    def check(self, pieces: Iterable[bytes]) -> Verdict:
        content = b"".join(pieces)
        if content == BOTH[correction(NOORD)]:
            return Verdict(Finding.UNKNOWN, Doubt.AWAY)
        self.seen.append(content)
        return CLEAN


def test_a_file_that_fells_the_scanner_keeps_no_other_from_it(
    before: Cast, cast: Cast
) -> None:
    cast.everybody()
    before.publish(BOTH)
    house = replace(cast.runtime, scanner=Fragile())
    assert run(house, ticks()["filedrop.scan"]) == 0
    cast.clock.forward(minutes=1)
    assert run(house, ticks()["filedrop.scan"]) == 1
    assert cast.file(correction(ZUID)).finding == "clean"
    assert cast.file(correction(NOORD)).finding == "unknown"


def test_of_many_workers_each_file_is_looked_into_by_one(
    before: Cast, cast: Cast, scanner: FakeScanner
) -> None:
    cast.everybody()
    months = [f"2026-{month:02}" for month in range(1, 10)]
    before.publish({correction(NOORD, month=m): m.encode() for m in months})

    def work(_: int) -> int:
        return cast.tick("filedrop.scan")

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 9
    assert sorted(scanner.seen) == [m.encode() for m in months]


def test_a_worker_that_died_is_followed_by_another(
    before: Cast, cast: Cast, scanner: FakeScanner
) -> None:
    cast.everybody()
    before.publish({correction(NOORD): b"van Noord"})

    def claimed() -> Suspect | None:
        with cast.runtime.transaction() as session:
            return Scanning.of(session, cast.runtime).claim()

    first = claimed()
    assert first is not None
    assert claimed() is None
    cast.clock.forward(minutes=10)
    assert cast.tick("filedrop.scan") == 1
    with cast.runtime.transaction() as session:  # and the first wakes up after all
        late = Verdict(Finding.INFECTED, FOUND)
        Scanning.of(session, cast.runtime).settle(first, late)
    assert cast.file(correction(NOORD)).finding == "clean"


@ONE_DATABASE
def test_while_the_keys_are_away_a_file_waits_a_minute_and_no_longer(
    before: Cast, cast: Cast
) -> None:
    cast.everybody()
    before.publish({correction(NOORD): b"van Noord"})
    keys = Away(cast.runtime.keys, cast.clock, cast.runtime.settings.timezone)
    assert run(replace(cast.runtime, keys=keys), ticks()["filedrop.scan"]) == 0
    assert cast.tick("filedrop.scan") == 0
    cast.clock.forward(minutes=1)
    assert cast.tick("filedrop.scan") == 1


@ONE_DATABASE
def test_old_alarms_are_forgotten(before: Cast, cast: Cast) -> None:
    cast.everybody()
    before.publish({correction(NOORD): EICAR})
    cast.tick("filedrop.scan")
    cast.clock.forward(days=61)
    with cast.runtime.transaction() as session:
        Clearing.of(session, cast.runtime).forget()
    with cast.runtime.reading() as session:
        assert session.scalars(select(ScanAlarm)).all() == []
