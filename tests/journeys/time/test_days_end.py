"""The end of a day: its key destroyed, certified once, whatever breaks in between."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from app.db.audit import AuditEntry
from app.filedrop import ticks
from app.filedrop.models import DeadDay
from app.filedrop.rules import Kind
from app.filedrop.service_draft import Drafts
from app.filedrop.uploads import keep
from app.runtime import Runtime
from storage import KeyDestroyed
from storage.mortal import MortalKeys
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.days import KEY_DAY, MINUTE, NAME, OVER, at
from tests.fakes_storage import WHY


class Crash(Exception):
    """The process is killed here."""


@dataclass(frozen=True)
class Crashing(MortalKeys):
    """The keys of a process that is killed around its work."""

    does_it: bool = False

    def destroy_day(self, day: date) -> None:
        if self.does_it:
            super().destroy_day(day)
        raise Crash


@dataclass(frozen=True)
class Overtaken(MortalKeys):
    """The keys of a process beside which another one does the same work."""

    other: Callable[[], object] = field(default=lambda: None)

    def destroy_day(self, day: date) -> None:
        self.other()
        super().destroy_day(day)


def certificates(cast: Cast) -> list[dict[str, str | int]]:
    asked = select(AuditEntry).where(AuditEntry.action == "key.destroy")
    with cast.runtime.reading() as session:
        entries = session.scalars(asked).all()
    assert {entry.about for entry in entries} <= {f"day:{KEY_DAY}"}
    return [entry.details for entry in entries]


def dead(cast: Cast) -> DeadDay | None:
    with cast.runtime.reading() as session:
        return session.get(DeadDay, KEY_DAY)


def test_a_certificate_says_what_died_with_the_key(cast: Cast, link: str) -> None:
    cast.publish({correction(NOORD, version=2): b"tweede"})
    both = [cast.file(NAME), cast.file(correction(NOORD, version=2))]
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    assert cast.tick("filedrop.keys") == 1
    lines = "".join(f"{key}\n" for key in sorted(file.blob_key for file in both))
    certificate = {
        "files": 2,
        "left": 0,
        "bytes": 9 * 1000 + 6,
        "digest": sha256(lines.encode()).hexdigest(),
    }
    assert certificates(cast) == [certificate]
    register = dead(cast)
    assert register
    assert register.destroyed_at == cast.clock()
    assert {name: getattr(register, name) for name in certificate} == certificate


@ONE_DATABASE
def test_what_could_not_be_deleted_is_told_as_left_and_unreadable(
    cast: Cast, link: str
) -> None:
    at(cast, KEY_DAY, 23)
    cast.tick("filedrop.keys")
    assert [told["left"] for told in certificates(cast)] == [1]


def test_a_draft_without_a_file_so_far_keeps_the_key_of_the_day_on_which_it_dies(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER - timedelta(hours=38)
    with runtime.transaction() as session:
        draft = Drafts.of(session, runtime).make(Kind.CORRECTION, by="sam.claes")
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    assert cast.tick("filedrop.keys") == 0
    assert keep(runtime, draft, "laat.csv", iter([b"x"]), by="sam.claes")
    cast.clock.forward(hours=11)
    cast.tick("filedrop.drafts")
    assert cast.tick("filedrop.keys") == 1
    assert runtime.keys.days() == []


@pytest.mark.parametrize("does_it", [False, True], ids=["before", "after"])
def test_killed_around_the_destruction_it_ends_with_one_certificate(
    cast: Cast, link: str, runtime: Runtime, *, does_it: bool
) -> None:
    file = cast.file(NAME)
    assert file.sealed_key
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    zone = runtime.settings.timezone
    dying = replace(
        runtime, keys=Crashing(runtime.keys, runtime.clock, zone, does_it=does_it)
    )
    with pytest.raises(Crash):
        ticks.destroy_one_key(dying)
    assert certificates(cast) == []
    assert dead(cast) is None
    assert cast.tick("filedrop.keys") == 1
    assert cast.tick("filedrop.keys") == 0
    assert len(certificates(cast)) == 1
    with pytest.raises(KeyDestroyed):
        runtime.keys.unseal(KEY_DAY, file.sealed_key, WHY)


def test_a_day_of_drafts_alone_gets_its_certificate_though_we_were_killed(
    cast: Cast, runtime: Runtime
) -> None:
    cast.staff()
    with runtime.transaction() as session:
        draft = Drafts.of(session, runtime).make(Kind.CORRECTION, by="sam.claes")
    keep(runtime, draft, "niets.csv", iter([b"x"]), by="sam.claes")
    (day,) = runtime.keys.days()
    cast.clock.forward(days=3)
    cast.tick("filedrop.drafts")
    zone = runtime.settings.timezone
    keys = Crashing(runtime.keys, runtime.clock, zone, does_it=True)
    with pytest.raises(Crash):
        ticks.destroy_one_key(replace(runtime, keys=keys))
    cast.clock.forward(days=9)
    cast.tick("filedrop.forget")  # of the draft there is not even a row now
    assert runtime.keys.days() == []
    assert cast.tick("filedrop.keys") == 1
    assert cast.tick("filedrop.keys") == 0
    with runtime.reading() as session:
        (certificate,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "key.destroy")
        )
    assert (certificate.about, certificate.details["files"]) == (f"day:{day}", 0)


@ONE_DATABASE
def test_killed_before_the_certificate_commits_nothing_says_that_it_died(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    runtime.keys.destroy_day(KEY_DAY)
    with suppress(Crash), runtime.transaction() as session:
        session.add(
            DeadDay(
                day=KEY_DAY,
                destroyed_at=cast.clock(),
                files=1,
                left=0,
                bytes=1,
                digest="",
            )
        )
        session.flush()
        raise Crash
    assert cast.tick("filedrop.keys") == 1
    assert len(certificates(cast)) == 1


def test_two_that_end_a_day_at_once_certify_it_once_and_raise_no_alarm(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    keys = Overtaken(
        runtime.keys,
        runtime.clock,
        runtime.settings.timezone,
        other=lambda: ticks.destroy_one_key(runtime),
    )
    assert ticks.destroy_one_key(replace(runtime, keys=keys))
    assert len(certificates(cast)) == 1
    assert cast.audited("key.destroy_again") == []
    assert "ALARM" not in caplog.text


def test_a_key_that_somebody_put_back_opens_nothing_and_is_destroyed_again(
    cast: Cast, link: str, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    file = cast.file(NAME)
    assert file.sealed_key
    keys = Path(str(runtime.settings.keys))
    mirror = (keys / f"{KEY_DAY}.key").read_bytes()
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    cast.tick("filedrop.keys")
    (keys / f"{KEY_DAY}.destroyed").unlink()
    (keys / f"{KEY_DAY}.key").touch(mode=0o600)
    (keys / f"{KEY_DAY}.key").write_bytes(mirror)
    cast.clock.forward(days=2)
    with pytest.raises(KeyDestroyed):
        runtime.keys.unseal(KEY_DAY, file.sealed_key, WHY)
    with caplog.at_level(logging.ERROR):
        assert cast.tick("filedrop.keys") == 1
    assert f"ALARM the key of {KEY_DAY} had come back" in caplog.text
    assert runtime.keys.days() == []
    assert (keys / f"{KEY_DAY}.destroyed").exists()
    assert len(certificates(cast)) == 1
    assert cast.audited("key.destroy_again") == [("key.destroy_again", "energiepost")]


@ONE_DATABASE
def test_days_that_died_before_there_were_certificates_get_theirs(
    cast: Cast, link: str, runtime: Runtime
) -> None:
    cast.clock.now = OVER + 15 * MINUTE
    cast.tick("filedrop.purge")
    cast.tick("filedrop.keys")
    with runtime.transaction() as session:
        session.execute(delete(DeadDay))
    cast.clock.forward(days=40)
    assert cast.tick("filedrop.keys") == 1
    assert len(certificates(cast)) == 2
