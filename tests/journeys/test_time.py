"""Time: reminders on day 23 and 28, the last midnight, the purge, the end of a key."""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.service import Accounts
from app.filedrop import ticks
from app.filedrop.models import DroppedFile
from app.filedrop.service_clear import Clearing
from app.filedrop.streams import TooLate
from app.kernel.clock import ClockWatch
from app.runtime import Runtime
from notifier import ledger
from notifier.outbox import State
from storage import BlobMissing, KeyDestroyed, new_data_key
from tests.cast import AN, BO_MOBILE, NOORD, ZUID, Cast, correction
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
BRUSSELS = ZoneInfo("Europe/Brussels")
NAME = correction(NOORD)
AN_MAIL, ELS_MAIL = "an@noord.example", "els@noord.example"
ELS = AN.replace("an.peeters;An Peeters;an@", "els.claes;Els Claes;els@")
AN_TOO = f"{ZUID};Buurtstroom Zuid;{AN.split(';', 2)[2]}"
KEY_DAY = date(2026, 11, 25)
OVER = datetime(2026, 11, 24, 23, tzinfo=UTC)  # midnight in Brussels
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def at(cast: Cast, day: date, hour: int, minute: int = 0) -> None:
    """Let it be that time in Brussels."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BRUSSELS)
    cast.clock.now = local.astimezone(UTC)


def live(cast: Cast, posted: date, *, without: tuple[int, ...] = ()) -> list[int]:
    """Live through thirty-five days; on which of them An got a reminder."""
    before, got = len(cast.mails(AN_MAIL)), []
    for number in range(35):
        if number in without:
            continue
        day = posted + timedelta(days=number)
        for hour, minute in ((0, 5), (7, 59), (8, 0), (8, 5), (23, 55)):
            at(cast, day, hour, minute)
            cast.tick("filedrop.remind")
            now = len(cast.mails(AN_MAIL))
            if now > before:
                assert now == before + 1
                assert number in without or (hour, minute) == (8, 0)
                got.append(number)
            before = now
    return got


def until_done(step: Callable[[Runtime], bool], runtime: Runtime) -> int:
    """How many steps found work."""
    done = 0
    while step(runtime):
        done += 1
    return done


def signed_in(
    cast: Cast, visitor: Arrive, login: str = "an.peeters", **options: str
) -> Visitor:
    them = visitor()
    them.sign_in(cast, login, **options)
    return them


def file_of(runtime: Runtime, name: str = NAME) -> DroppedFile:
    with runtime.reading() as session:
        asked = select(DroppedFile).where(DroppedFile.name == name)
        return session.scalars(asked.order_by(DroppedFile.id.desc()).limit(1)).one()


@pytest.fixture
def link(cast: Cast) -> str:
    """An, Els and Bo are known; a file is posted for Noord. Its address."""
    cast.everybody()
    cast.register(ELS)
    for login in ("an.peeters", "els.claes", "bo.maes"):
        cast.settled(login)
    cast.publish({NAME: b"van Noord" * 1000})
    return f"/bestanden/{file_of(cast.runtime).public_id}"


# reminders ------------------------------------------------------------------


@pytest.mark.parametrize(
    "posted",
    [date(2026, 10, 26), date(2026, 3, 1), date(2026, 3, 6), date(2026, 9, 27)],
)
def test_a_reminder_comes_at_eight_on_day_23_and_on_day_28(
    cast: Cast, posted: date
) -> None:
    at(cast, posted, 10)
    cast.staff()
    cast.register(AN)
    cast.publish({NAME: b"x"})
    assert live(cast, posted) == [23, 28]
    _, first, last = cast.mails(AN_MAIL)
    assert "is nog niet gedownload:" in first.text
    assert NAME in last.text
    assert "wachtwoord:" not in first.text + last.text


def test_after_downtime_one_letter_comes_late(cast: Cast, link: str) -> None:
    assert live(cast, date(2026, 10, 26), without=(22, 23, 24)) == [25, 28]


def test_after_long_downtime_nothing_comes_twice_or_too_late(
    cast: Cast, link: str
) -> None:
    assert live(cast, date(2026, 10, 26), without=tuple(range(20, 29))) == [29]


def test_when_all_days_are_missed_nothing_comes_after_the_end(
    cast: Cast, link: str
) -> None:
    assert live(cast, date(2026, 10, 26), without=tuple(range(20, 30))) == []


def test_what_was_downloaded_is_named_on_day_28_only_and_said_so(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    signed_in(cast, visitor).open(f"{link}/download")
    assert live(cast, date(2026, 10, 26)) == [28]
    assert "hebt u al gedownload" in cast.mails(AN_MAIL)[-1].text
    assert len(cast.mails(ELS_MAIL)) == 3, "Els did not, so she got both"


def test_what_was_put_out_of_the_list_is_not_named(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    an = signed_in(cast, visitor)
    an.open(link)
    an.submit("/bestanden/verwijderen", {"id": link.rpartition("/")[2]})
    assert live(cast, date(2026, 10, 26)) == []


def test_one_letter_a_day_names_all_files_of_all_communities(
    cast: Cast, link: str
) -> None:
    cast.register(AN_TOO)
    cast.publish({correction(ZUID): b"x", correction(NOORD, version=2): b"x"})
    before = len(cast.mails(AN_MAIL))
    at(cast, date(2026, 11, 18), 8)
    cast.tick("filedrop.remind")
    (letter,) = cast.mails(AN_MAIL)[before:]
    for text in (NAME, correction(NOORD, version=2), correction(ZUID), NOORD, ZUID):
        assert text in letter.text
    assert f"{SITE}/bestanden/?sorteer=tot" in letter.text


def test_who_cannot_come_in_gets_no_reminder(cast: Cast, link: str) -> None:
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block("an.peeters")
    assert live(cast, date(2026, 10, 26)) == []


def test_who_came_after_the_files_gets_a_way_in_with_the_first_letter(
    cast: Cast, link: str
) -> None:
    cast.register(ELS.replace("els", "jan").replace("Els", "Jan"))
    at(cast, date(2026, 11, 18), 8)
    cast.tick("filedrop.remind")
    (letter,) = cast.mails("jan@noord.example")
    assert NAME in letter.text
    assert "Initieel wachtwoord:" in letter.text
    assert "werkt één keer, tot en met 24-11-2026" in " ".join(letter.text.split())
    at(cast, date(2026, 11, 23), 8)
    cast.tick("filedrop.remind")
    assert "wachtwoord:" not in cast.mails("jan@noord.example")[1].text


@pytest.mark.parametrize(("days", "reminded"), [(8, [1, 6]), (7, [5]), (2, [])])
def test_no_reminder_comes_on_the_day_of_the_files_themselves(
    cast: Cast, days: int, reminded: list[int]
) -> None:
    settings = replace(cast.runtime.settings, retention_days=days)
    cast.runtime = replace(cast.runtime, settings=settings)
    cast.everybody()
    cast.publish({NAME: b"x"})
    assert live(cast, date(2026, 10, 26)) == reminded


def test_a_reminder_that_cannot_be_written_fails_alone(cast: Cast, link: str) -> None:
    with cast.runtime.transaction() as session:
        an = select(Account).where(Account.login == "an.peeters")
        session.scalars(an).one().name = "An\nPeeters"
    cast.clock.forward(days=25)
    cast.tick("filedrop.remind")
    cast.tick("post.deliver")
    assert "Herinnering" in cast.mails("els@noord.example")[-1].subject
    with cast.runtime.reading() as session:
        (failed,) = ledger.listing(session, {State.FAILED})
        assert (failed.kind, failed.to_hint) == ("reminder", "a…@noord.example")
        assert failed.last_error == "the letter cannot be written: ValueError"
    with cast.runtime.transaction() as session:
        assert cast.runtime.outbox.retry(session, [failed.id], cast.clock()) == 1
    cast.tick("post.deliver")
    with cast.runtime.reading() as session:
        (failed,) = ledger.listing(session, {State.FAILED})
        assert failed.last_error == "the letter was never written"


def test_four_workers_write_one_reminder_each(cast: Cast, link: str) -> None:
    at(cast, date(2026, 11, 18), 8)

    def work(_: int) -> int:
        return until_done(ticks.remind_one, cast.runtime)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [len(cast.mails(address)) for address in (AN_MAIL, ELS_MAIL)] == [2, 2]
    assert cast.mails("bo@zuid.example") == []


# the last midnight ----------------------------------------------------------


def test_until_midnight_it_is_there_and_from_then_on_it_is_gone(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.clock.now = OVER - SECOND
    an = signed_in(cast, visitor)
    assert an.open(f"{link}/download").status_code == 200
    assert an.open(link).status_code == 200

    cast.clock.now = OVER
    for path in (link, f"{link}/download", f"/bestanden/zip?id={link[11:]}"):
        answer = an.open(path)
        assert answer.status_code == 410
        assert "Dit bestand is op 25-11-2026 verwijderd" in an.text
        assert "Hebt u het nog nodig? Bel 078 35 35 34 ." in an.text
        assert b"van Noord" not in answer.data
    ranged = an.open(f"{link}/download", headers={"Range": "bytes=5-9"})
    assert ranged.status_code == 410
    head = an.client.head(f"{link}/download", base_url=SITE)
    assert head.status_code == 410
    an.open("/bestanden/")
    assert "Er staan nog geen bestanden klaar." in an.text

    bo = signed_in(cast, visitor, "bo.maes", mobile=BO_MOBILE)
    assert bo.open(link).status_code == 404
    assert bo.open(f"{link}/download").status_code == 404


def test_of_several_the_page_names_what_is_gone_and_offers_the_rest(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.clock.forward(days=1)
    cast.publish({correction(NOORD, version=2): b"tweede"})
    younger = file_of(cast.runtime, correction(NOORD, version=2)).public_id
    cast.clock.now = OVER
    an = signed_in(cast, visitor)
    assert an.open(f"/bestanden/zip?id={link[11:]}&id={younger}").status_code == 410
    assert f"{NAME} is intussen vervallen." in an.text
    assert "Download het andere bestand" in an.text
    assert an.open(f"/bestanden/zip?id={younger}").status_code == 200


def test_the_mailed_link_to_a_delivery_says_when_it_went(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.register(AN_TOO)
    both = cast.publish({correction(NOORD, version=2): b"x", correction(ZUID): b"y"})
    cast.clock.now = OVER
    an = signed_in(cast, visitor)
    assert an.open(f"/bestanden/?levering={both.delivery}").status_code == 410
    assert "Deze bestanden zijn op 25-11-2026 verwijderd" in an.text
    assert an.open(f"/bestanden/?levering={'A' * 22}").status_code == 200


def test_an_admitted_download_may_run_for_another_quarter(
    cast: Cast, visitor: Arrive
) -> None:
    cast.everybody()
    cast.settled()
    cast.publish({NAME: bytes(3 << 20)})
    link = f"/bestanden/{file_of(cast.runtime).public_id}/download"
    cast.clock.now = OVER - SECOND
    an = signed_in(cast, visitor)

    def taken_until(moment: datetime) -> int:
        """How many pieces come when all but the first are taken at that moment."""
        cast.clock.now = OVER - SECOND
        with closing(an.client.get(link, base_url=SITE)) as answer:
            stream = answer.iter_encoded()
            next(stream)
            cast.clock.now = moment
            return 1 + len(list(stream))

    assert taken_until(OVER + 14 * MINUTE) == 3
    with pytest.raises(TooLate):
        taken_until(OVER + 15 * MINUTE)


# the purge ------------------------------------------------------------------


def test_a_quarter_after_the_end_the_bytes_go_and_then_the_key(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    before = file_of(runtime)
    assert before.sealed_key
    copy = {b.key for b in runtime.blobs.keys()}
    cast.clock.now = OVER + 15 * MINUTE - SECOND
    assert (cast.tick("filedrop.purge"), cast.tick("filedrop.keys")) == (0, 0)
    cast.clock.forward(seconds=1)
    assert cast.tick("filedrop.purge") == 1
    assert cast.tick("filedrop.keys") == 1
    assert list(runtime.blobs.keys()) == []
    assert copy == {before.blob_key}
    after = file_of(runtime)
    assert (after.purged_at, after.sealed_key) == (cast.clock(), None)
    with pytest.raises(KeyDestroyed):
        runtime.keys.unseal(before.key_day, before.sealed_key)
    assert (cast.tick("filedrop.purge"), cast.tick("filedrop.keys")) == (0, 0)
    actions = [action for action, _ in cast.audited()][-2:]
    assert actions == ["file.purge", "key.destroy"]


def test_after_the_purge_the_owner_still_hears_when_it_went(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    cast.tick("filedrop.keys")
    an = signed_in(cast, visitor)
    assert an.open(f"{link}/download").status_code == 410
    assert "25-11-2026" in an.text


def test_the_same_version_can_be_placed_anew(cast: Cast, link: str) -> None:
    cast.clock.now = OVER
    assert cast.publish({NAME: b"anders"}).files == 1


def test_a_crash_after_the_claim_heals_after_ten_minutes(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    with runtime.transaction() as session:
        assert Clearing.of(session, runtime).claim_expired()
    assert cast.tick("filedrop.purge") == 0, "it is leased"
    cast.clock.forward(minutes=10, seconds=1)
    assert cast.tick("filedrop.purge") == 1


def test_a_crash_after_the_bytes_went_heals_too(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    with runtime.transaction() as session:
        (claimed,) = Clearing.of(session, runtime).claim_expired()
    runtime.blobs.delete(claimed.blob_key)
    cast.clock.forward(minutes=11)
    assert cast.tick("filedrop.purge") == 1
    assert len(cast.audited("file.purge")) == 1


def test_four_workers_purge_each_file_once(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 9)})
    cast.clock.now = OVER + 15 * MINUTE

    def work(_: int) -> int:
        return until_done(ticks.purge_some, runtime)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) >= 1
    assert list(runtime.blobs.keys()) == []
    assert len(cast.audited("file.purge")) == 8


def test_the_key_dies_within_the_day_even_when_the_store_does_not_answer(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    at(cast, KEY_DAY, 22, 59)
    assert cast.tick("filedrop.keys") == 0, "its file waits for the purge"
    at(cast, KEY_DAY, 23)
    assert cast.tick("filedrop.keys") == 1
    assert runtime.keys.days() == []


def test_a_crash_before_the_key_went_tells_it_twice_rather_than_never(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    at(cast, KEY_DAY, 23)
    with runtime.transaction() as session:
        assert Clearing.of(session, runtime).claim_key(KEY_DAY)
    assert cast.tick("filedrop.keys") == 1
    assert len(cast.audited("key.destroy")) == 2


def test_when_the_clock_jumped_nothing_is_deleted(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    stopped = replace(runtime, watch=ClockWatch(cast.clock, lambda: 0.0))
    cast.clock.now = OVER + 15 * MINUTE
    for step in (ticks.purge_some, ticks.destroy_one_key, ticks.sweep):
        caplog.clear()
        assert step(stopped) is False
        assert "ALARM the clock jumped" in caplog.text
    assert len(list(runtime.blobs.keys())) == 1
    assert runtime.keys.days() == [KEY_DAY]


def test_a_file_whose_row_ends_too_early_is_never_purged_too_early(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 30)})
    early = update(DroppedFile).where(DroppedFile.name != NAME)
    with runtime.transaction() as session:
        session.execute(early.values(expires_at=OVER - timedelta(days=3)))
        due = update(DroppedFile).where(DroppedFile.name == NAME)
        session.execute(
            due.values(retention_days=20, expires_at=OVER - timedelta(days=2))
        )
    cast.clock.now = OVER - timedelta(days=1)
    with caplog.at_level(logging.ERROR):
        assert cast.tick("filedrop.purge") == 1, "the refused ones hide nobody"
    assert "would be purged too early" in caplog.text
    assert file_of(runtime).purged_at
    assert len(list(runtime.blobs.keys())) == 28


def test_a_key_that_a_living_file_needs_is_kept(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    longer = update(DroppedFile).values(expires_at=OVER + timedelta(days=1))
    with runtime.transaction() as session:
        session.execute(longer)
    at(cast, KEY_DAY, 23, 30)
    assert cast.tick("filedrop.keys") == 0
    assert "ALARM the key of 2026-11-25 is needed" in caplog.text


def test_orphans_are_swept_and_files_are_not(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    old, young = str(uuid4()), str(uuid4())
    for key in (old, young):
        runtime.blobs.put(key, [b"x"], new_data_key())
    root = runtime.settings.blob_folder
    part = next(root.glob("*/*")).parent / f"{uuid4()}.part"
    part.touch()
    ages = {old: 25, file_of(runtime).blob_key: 48, part.name: 25, young: 1}
    for name, hours in ages.items():
        (path,) = root.glob(f"*/{name}")
        written = (cast.clock() - timedelta(hours=hours)).timestamp()
        os.utime(path, (written, written))
    cast.tick("filedrop.sweep")
    assert {b.key for b in runtime.blobs.keys()} == {young, file_of(runtime).blob_key}
    assert not part.exists()
    with pytest.raises(BlobMissing):
        runtime.blobs.open(old, new_data_key())


def test_old_claims_on_reminders_are_forgotten(cast: Cast, link: str) -> None:
    assert live(cast, date(2026, 10, 26)) == [23, 28]
    cast.clock.forward(days=61)
    assert cast.tick("filedrop.forget") == 0
    cast.publish({correction(NOORD, version=2): b"x"})
    assert live(cast, cast.clock().date()) == [23, 28]
