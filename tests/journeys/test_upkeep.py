"""Store against rows: what is missing, what is too much, what was damaged."""

import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import Result

from app.desk.service import Desk
from app.runtime import Runtime
from storage import new_data_key
from tests.cast import NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

Command = Callable[..., Result]
NAME, OTHER = correction(NOORD), correction(ZUID)
DAY = timedelta(days=1)


@pytest.fixture
def house(cast: Cast) -> Cast:
    """A file for Noord and one for Zuid, since two hours."""
    cast.everybody()
    cast.settled()
    cast.publish({NAME: b"van Noord" * 9, OTHER: b"van Zuid" * 9})
    cast.clock.forward(hours=2)
    return cast


def orphan(runtime: Runtime, *, age: timedelta = 2 * DAY) -> str:
    key = str(uuid4())
    runtime.blobs.put(key, [b"x"], new_data_key())
    written = (runtime.clock() - age).timestamp()
    os.utime(runtime.settings.blob_folder / key[:2] / key, (written, written))
    return key


@ONE_DATABASE
def test_where_nothing_is_wrong_that_is_said(house: Cast, command: Command) -> None:
    done = command("storage", "reconcile")
    assert (done.exit_code, done.stdout) == (0, "Opslag en databank zijn het eens.\n")
    read = command("storage", "verify", "--rate", "500")
    assert (read.exit_code, read.stdout) == (
        0,
        "Gelezen: 2 bestanden, minder dan 0,01 MB.\n",
    )


def test_a_file_whose_bytes_are_gone_is_told_and_can_be_placed_anew(
    house: Cast,
    command: Command,
    visitor: Callable[[], Visitor],
    caplog: pytest.LogCaptureFixture,
) -> None:
    lost = about(house, NAME)
    house.blob(NAME).unlink()
    would = command("storage", "reconcile", "--dry-run", "--json")
    assert json.loads(would.stdout)["lost"] == [lost]
    assert house.file(NAME).lost_at is None

    house.tick("filedrop.reconcile")
    assert f"ALARM the bytes of {lost} are gone" in caplog.text
    assert house.file(NAME).lost_at == house.clock()
    assert house.audited("file.lose") == [("file.lose", "energiepost")]
    assert json.loads(command("storage", "reconcile", "--json").stdout)["lost"] == []

    an = visitor()
    an.sign_in(house, "an.peeters")
    an.open("/bestanden/")
    assert NAME not in an.text
    assert house.publish({NAME: b"van Noord" * 9}).files == 1
    an.open("/bestanden/")
    assert an.open(house.link(NAME)).data


def test_colleagues_see_which_delivery_lost_a_file(
    house: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    house.blob(NAME).unlink()
    house.tick("filedrop.reconcile")
    sam = signed_in("lies.claes", "releaser")
    sam.open("/beheer/")
    assert "1 bestand is zijn inhoud kwijt en kan niet meer gedownload" in sam.text
    assert "Dit vraagt je aandacht." in sam.text
    sam.open(
        re.findall(
            r'role="alert".*?href="([^"]+)"',
            sam.open("/beheer/").get_data(as_text=True),
            re.DOTALL,
        )[0]
    )
    assert sam.text.count("Inhoud kwijt: plaats het opnieuw") == 1
    house.publish({NAME: b"van Noord" * 9})
    sam.open("/beheer/")
    assert "inhoud kwijt" not in sam.text


def test_bytes_that_come_back_are_found(house: Cast, command: Command) -> None:
    away = house.blob(NAME).rename(house.folder / "away")
    house.tick("filedrop.reconcile")
    away.rename(house.blob(NAME))
    house.tick("filedrop.reconcile")
    assert house.file(NAME).lost_at is None
    assert house.audited("file.find") == [("file.find", "energiepost")]
    placed = house.batch({NAME: b"van Noord" * 9})
    done = command("filedrop", "publish", placed, "--by", "sam.claes")
    assert "(1 stond er al)" in done.stdout, "it has its place again"


@ONE_DATABASE
def test_nobody_is_asked_to_download_a_file_that_is_lost(house: Cast) -> None:
    house.blob(NAME).unlink()
    house.tick("filedrop.reconcile")
    house.clock.forward(days=24)
    house.tick("filedrop.remind")
    with house.runtime.reading() as session:
        assert Desk.of(session, house.runtime).needs().at_risk == 1  # Bo, for Zuid
    assert len(house.mails("an@noord.example")) == 1  # the letter of the delivery
    assert len(house.mails("bo@zuid.example")) == 2


@ONE_DATABASE
def test_an_orphan_of_a_day_old_is_removed_and_a_younger_one_left(
    house: Cast, command: Command, runtime: Runtime
) -> None:
    old, young = orphan(runtime), orphan(runtime, age=DAY / 2)
    done = command("storage", "reconcile")
    assert done.stdout == f"1 blob zonder rij: {old}\n"
    left = {stored.key for stored in runtime.blobs.keys()}
    assert left == {young, *(house.file(name).blob_key for name in (NAME, OTHER))}


@ONE_DATABASE
def test_a_disk_that_is_not_there_costs_no_file_its_place(
    house: Cast, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    house.publish({correction(NOORD, version=v): b"x" for v in range(2, 8)})
    house.clock.forward(hours=2)
    blobs = house.runtime.settings.blob_folder
    blobs.rename(blobs.with_name("unmounted"))
    blobs.mkdir(mode=0o700)
    refused = command("storage", "reconcile")
    assert refused.exit_code == 1
    assert "is dit de juiste opslag bij de juiste databank?" in refused.stderr
    house.tick("filedrop.reconcile")
    assert "ALARM so much is lost that nothing was done" in caplog.text
    assert house.file(NAME).lost_at is None
    command("storage", "reconcile", "--anyhow")
    assert house.file(NAME).lost_at


@ONE_DATABASE
def test_the_database_of_last_week_costs_no_blob(
    house: Cast, command: Command, runtime: Runtime
) -> None:
    strange = {orphan(runtime) for _ in range(6)}
    assert command("storage", "reconcile").exit_code == 1
    assert strange < {stored.key for stored in runtime.blobs.keys()}
    assert command("storage", "reconcile", "--anyhow").exit_code == 0
    assert not strange & {stored.key for stored in runtime.blobs.keys()}


@ONE_DATABASE
def test_what_a_killed_writer_left_goes_when_nobody_can_resume_it_any_more(
    house: Cast, runtime: Runtime
) -> None:
    folder = house.blob(NAME).parent
    old, young = folder / f"{uuid4()}.part", folder / f"{uuid4()}.part"
    for part, days in ((old, 4), (young, 2)):
        part.touch()
        written = (runtime.clock() - days * DAY).timestamp()
        os.utime(part, (written, written))
    house.tick("filedrop.reconcile")
    assert (old.exists(), young.exists()) == (False, True)


@ONE_DATABASE
def test_a_key_that_outlives_its_day_is_told_and_destroyed(
    house: Cast, command: Command, runtime: Runtime
) -> None:
    (day,) = runtime.keys.days()
    house.clock.forward(days=31)
    house.tick("filedrop.purge")
    told = json.loads(command("storage", "reconcile", "--json").stdout)
    assert told["overdue"] == [day.isoformat()]
    assert runtime.keys.days() == []


def about(cast: Cast, name: str) -> str:
    return f"file:{cast.file(name).public_id}"
