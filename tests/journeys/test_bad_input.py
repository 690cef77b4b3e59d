"""Bad input: one clear sentence each, and nothing half done."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from app import create_app
from app.filedrop.models import DroppedFile
from app.runtime import Runtime
from storage.crypto import SealedBlobs
from tests.cast import NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.fakes_storage import MemoryBlobs, files_capped
from tests.terminal import refused

Command = Callable[..., Result]
UNKNOWN = "EG0000404"
NO_FORM = (
    "de naam is niet van de vorm CORR_2026-05_EG0001234_V01.csv of .xlsx, "
    "en er is geen manifest."
)


@pytest.fixture
def untouched(cast: Cast, runtime: Runtime) -> Iterator[None]:
    """Whatever the test tries: no row, no letter, no blob comes of it."""
    cast.everybody()
    yield
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(DroppedFile)) == 0
    assert cast.audited("delivery") == []
    assert list(runtime.blobs.keys()) == []
    assert not list(cast.folder.glob("blobs/*/*")), "no part of a blob either"
    assert cast.mails("an@noord.example") == []


def publish(command: Command, folder: Path, *words: object) -> Result:
    return command("filedrop", "publish", folder, "--by", "sam.claes", *words)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {correction(UNKNOWN): b"x"},
            f"{correction(UNKNOWN)}: Onbekende gemeenschap {UNKNOWN}.",
        ),
        (
            {correction(NOORD): b""},
            f"{correction(NOORD)}: Het bestand is leeg (0 bytes).",
        ),
        (
            {"rapport.csv": b"x"},
            "rapport.csv: " + NO_FORM,
        ),
        (
            {"\ufb2a" * 80: b"x"},
            "\ufb2a" * 80 + ": De naam van het bestand is langer dan 255 bytes.",
        ),
    ],
    ids=["unknown community", "nothing in it", "a strange name", "a long name"],
)
def test_one_bad_file_stops_the_whole_delivery(
    untouched: None,
    cast: Cast,
    command: Command,
    files: dict[str, bytes],
    sentence: str,
) -> None:
    batch = cast.batch({correction(ZUID): b"goed", **files})
    refused(publish(command, batch), sentence, "1 probleem; er is niets geplaatst.")


@ONE_DATABASE
def test_two_gibibytes_are_refused(
    untouched: None, cast: Cast, command: Command
) -> None:
    batch = cast.batch({correction(NOORD): b"x"})
    os.truncate(batch / correction(NOORD), 2**31)
    refused(
        publish(command, batch),
        f"{correction(NOORD)}: Het bestand is te groot: 2 GiB of meer.",
        "1 probleem; er is niets geplaatst.",
    )


def test_a_community_without_a_manager_who_can_come_in_gets_nothing(
    untouched: None, cast: Cast, command: Command
) -> None:
    assert command("accounts", "block", "an.peeters").exit_code == 0
    result = publish(command, cast.batch({correction(NOORD): b"x"}))
    assert command("accounts", "unblock", "an.peeters").exit_code == 0
    refused(
        result,
        f"{correction(NOORD)}: {NOORD} heeft geen beheerder met e-mail en gsm-nummer.",
        "1 probleem; er is niets geplaatst.",
    )


def test_two_files_for_one_place_are_refused(
    untouched: None, cast: Cast, command: Command
) -> None:
    batch = cast.batch(
        {
            "MANIFEST.csv": f"Bestandsnaam;Gemeenschap-ID\na b.pdf;{NOORD}\n"
            f"a  b.pdf;{NOORD}\na\u200b b.pdf;{NOORD}\n".encode(),
            "a b.pdf": b"x",
            "a  b.pdf": b"x",
            "a\u200b b.pdf": b"x",
        }
    )
    refused(
        publish(command, batch, "--manifest", batch / "MANIFEST.csv"),
        "a b.pdf: a b.pdf is voor dezelfde plaats bestemd (maand, versie en soort).",
        "1 probleem; er is niets geplaatst.",
    )


def test_other_bytes_for_a_version_that_is_there_are_refused(
    cast: Cast, command: Command
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"eerste"})
    batch = cast.batch({correction(NOORD): b"anders", correction(ZUID): b"goed"})
    refused(
        publish(command, batch),
        f"{correction(NOORD)}: Deze versie staat er al met een andere inhoud. "
        "Verhoog het versienummer (nu V01).",
        "1 probleem; er is niets geplaatst.",
    )
    assert cast.mails("bo@zuid.example") == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        (
            b"Bestand;Gemeenschap-ID\n",
            "Manifest, regel 1: kolom Bestandsnaam ontbreekt.",
        ),
        (b"\xff\xfe;x\n", "Manifest M.csv: dit is geen UTF-8."),
        (
            b"Bestandsnaam;Gemeenschap-ID\na;b;c\n",
            "Manifest, regel 2: verkeerd aantal kolommen.",
        ),
    ],
)
def test_a_broken_manifest_is_refused(
    untouched: None, cast: Cast, command: Command, manifest: bytes, sentence: str
) -> None:
    batch = cast.batch({"M.csv": manifest, correction(NOORD): b"x"})
    refused(publish(command, batch, "--manifest", batch / "M.csv"), sentence)


@ONE_DATABASE
def test_a_name_of_300_signs_in_a_manifest_is_no_file(
    untouched: None, cast: Cast, command: Command
) -> None:
    name = "x" * 300
    lines = f"Bestandsnaam;Gemeenschap-ID\n{name};{NOORD}\n"
    batch = cast.batch({"M.csv": lines.encode()})
    refused(
        publish(command, batch, "--manifest", batch / "M.csv"),
        f"{name[:120]}: staat in het manifest, maar niet in de map.",
        "1 probleem; er is niets geplaatst.",
    )


@ONE_DATABASE
@pytest.mark.parametrize(
    "words",
    [("--adhoc",), ("--to", NOORD), ("--adhoc", "--to", NOORD, "--manifest", "M.csv")],
)
def test_an_ad_hoc_document_needs_its_one_community(
    untouched: None, cast: Cast, command: Command, words: tuple[str, ...]
) -> None:
    batch = cast.batch({"M.csv": b"", "brief.pdf": b"x"})
    named = [batch / word if word == "M.csv" else word for word in words]
    refused(
        publish(command, batch, *named),
        "Gebruik --adhoc samen met --to, en zonder --manifest.",
    )


def test_a_script_gets_what_is_wrong_as_json(
    untouched: None, cast: Cast, command: Command
) -> None:
    result = publish(command, cast.batch({correction(UNKNOWN): b"x"}), "--json")
    assert result.exit_code == 1
    assert result.stdout == (
        f'{{"wrong": ["{correction(UNKNOWN)}: Onbekende gemeenschap {UNKNOWN}."]}}\n'
    )


@ONE_DATABASE
def test_a_folder_that_is_not_there_is_refused(cast: Cast, command: Command) -> None:
    result = publish(command, cast.folder / "nergens")
    assert result.exit_code == 2
    assert "wijst naar niets dat hier gelezen kan worden" in result.stderr


# a full disk ----------------------------------------------------------------

NO_ROOM = "Er is geen plaats meer in de opslag; er is niets geplaatst."
BIG = {correction(NOORD): b"n" * 3000, correction(ZUID): b"z" * 3000}


def test_a_store_that_fills_up_halfway_keeps_nothing(
    cast: Cast, runtime: Runtime
) -> None:
    cast.everybody()
    blobs = MemoryBlobs(room=4000)
    app = create_app(replace(runtime, blobs=SealedBlobs(blobs)))
    words = ["filedrop", "publish", str(cast.batch(BIG)), "--by", "sam.claes"]
    refused(app.test_cli_runner().invoke(args=words), NO_ROOM)
    assert blobs.blobs == {}
    assert cast.audited("delivery") == []

    blobs.room = None
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, "once there is room again, the same command does it"
    assert len(blobs.blobs) == 2


def test_a_full_disk_leaves_no_part_of_a_blob(
    untouched: None, cast: Cast, command: Command
) -> None:
    batch = cast.batch({correction(ZUID): b"z", correction(NOORD): bytes(3 << 20)})
    with files_capped(2 << 20):
        result = publish(command, batch)
    refused(result, NO_ROOM)


def test_a_store_of_keys_without_room_leaves_no_blob(
    untouched: None, cast: Cast, command: Command
) -> None:
    batch = cast.batch(BIG)
    with files_capped(0):
        result = publish(command, batch)
    refused(result, NO_ROOM)


def test_a_file_that_changes_while_it_is_read_is_refused(
    untouched: None, cast: Cast, runtime: Runtime
) -> None:
    batch = cast.batch(BIG)

    class Changing(MemoryBlobs):
        """Somebody writes in the folder while the first blob is put."""

        def put(self, key: str, pieces: object) -> int:
            other = cast.folder / key
            other.write_bytes(b"anders")
            other.replace(batch / correction(ZUID))
            return super().put(key, pieces)  # type: ignore[arg-type]

    blobs = Changing()
    app = create_app(replace(runtime, blobs=SealedBlobs(blobs)))
    words = ["filedrop", "publish", str(batch), "--by", "sam.claes"]
    refused(
        app.test_cli_runner().invoke(args=words),
        f"{correction(ZUID)}: het bestand veranderde tijdens het inlezen.",
    )
    assert blobs.blobs == {}
