"""The end of a large upload that never came whole: removed, taken over, outlived."""

import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select

from app.db.session import Database
from app.filedrop import growing, upkeep
from app.filedrop.models import Upload, UploadRun
from app.filedrop.service_upload import Locked, Uploads
from app.kernel import tokens
from app.runtime import Runtime
from storage import Piece
from storage.crypto import SealedBlobs
from tests.cast import NOORD, SAM_MOBILE, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import SAM, blobs, release, row, send
from tests.fakes_storage import MemoryBlobs
from tests.tus import Body, Tus

MEBIBYTE = 1 << 20
NAME, CONTENT = correction(NOORD), secrets.token_bytes(5 * MEBIBYTE)


@pytest.fixture
def upload(tus: Tus) -> str:
    return tus.made(NAME, len(CONTENT))


@dataclass
class Slow(MemoryBlobs):
    """Keeps what it gets; something happens before it says so."""

    then: Callable[[], object] = int

    def put(self, key: str, pieces: Iterable[Piece]) -> int:
        size = super().put(key, pieces)
        self.then()
        return size


def rows(database: Database, table: type[Upload | UploadRun]) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_with_its_draft_an_upload_dies(
    tus: Tus, upload: str, runtime: Runtime, cast: Cast
) -> None:
    tus.send(upload, CONTENT[:MEBIBYTE], 0)
    tus.made("nooit begonnen.csv", 99)
    for path in runtime.settings.blob_folder.glob("*/*"):
        os.utime(path, (cast.clock().timestamp(), cast.clock().timestamp()))
    cast.clock.forward(hours=47)
    day = cast.clock().date()
    cast.tick("filedrop.keys")
    assert day in runtime.keys.days()
    assert upkeep.reconcile(runtime).orphans == []
    assert len(blobs(runtime)) == 1
    cast.clock.forward(hours=2)
    tus.person.sign_in(cast, SAM, SAM_MOBILE)
    assert tus.ask("HEAD", upload).status_code == 410
    cast.tick("filedrop.drafts")
    assert blobs(runtime) == set()
    cast.clock.forward(days=3)
    cast.tick("filedrop.keys")
    assert day not in runtime.keys.days()
    cast.tick("filedrop.forget")
    assert rows(runtime.database, Upload) == 0
    assert rows(runtime.database, UploadRun) == 0


@ONE_DATABASE
def test_a_release_asks_before_it_drops_what_is_not_all_here(
    tus: Tus, upload: str
) -> None:
    draft = f"/beheer/leveringen/nieuw/{tus.draft}"
    tus.send(upload, CONTENT[:MEBIBYTE], 0)
    tus.made("kwam langs een andere weg.csv", 1)
    send(tus.person, draft, "kwam langs een andere weg.csv", b"x")
    send(tus.person, draft, correction(NOORD, version=2), b"x")
    tus.person.submit(
        row(tus.person, draft, "kwam langs"), {"actie": "kiezen", "gemeenschap": NOORD}
    )
    for unasked in ("", "2"):
        assert release(tus.person, draft, "2", without=unasked).status_code == 409
        assert "Niet alle uploads zijn af. Maak ze af, of vink aan" in tus.person.text
        assert "1 upload is niet af en gaat niet mee." in tus.person.text
        assert NAME in tus.person.text
    assert len(tus.held()) == 2
    assert release(tus.person, draft, "2", without="1").status_code == 303


@ONE_DATABASE
def test_what_was_released_meanwhile_takes_nothing_more(
    tus: Tus, upload: str, runtime: Runtime, cast: Cast
) -> None:
    draft = f"/beheer/leveringen/nieuw/{tus.draft}"
    tus.send(upload, CONTENT[:MEBIBYTE], 0)
    send(tus.person, draft, correction(NOORD, version=2), b"x")
    assert release(tus.person, draft, "1", without="1").status_code == 303
    assert tus.send(upload, CONTENT[MEBIBYTE:], MEBIBYTE).status_code == 410
    cast.tick("filedrop.drafts")
    assert len(blobs(runtime)) == 1


@ONE_DATABASE
def test_a_draft_that_goes_while_the_bytes_come_keeps_none(
    tus: Tus, upload: str, runtime: Runtime, cast: Cast
) -> None:
    def discard() -> None:
        cast.clock.forward(hours=49)

    body = Body(CONTENT, 9, discard)
    answer = tus.send(upload, b"", 0, size=len(CONTENT), input_stream=body)
    assert answer.status_code == 410
    cast.tick("filedrop.drafts")
    assert blobs(runtime) == set()


def test_what_is_removed_while_its_bytes_come_leaves_nothing(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    def remove() -> None:
        assert tus.ask("DELETE", upload).status_code == 204

    body = Body(CONTENT, 9, remove)
    answer = tus.send(upload, b"", 0, size=len(CONTENT), input_stream=body)
    assert answer.status_code >= 400
    assert tus.ask("HEAD", upload).status_code == 404
    assert blobs(runtime) == set()
    assert rows(runtime.database, UploadRun) == 0


@ONE_DATABASE
@pytest.mark.parametrize("size", [1000, 400], ids=["in one go", "a run"])
@pytest.mark.parametrize("are_proven", [False, True])
def test_who_lost_the_right_to_write_leaves_nothing(
    tus: Tus, cast: Cast, size: int, *, are_proven: bool
) -> None:
    content = CONTENT[:1000]
    upload = growing.begin(cast.runtime, tus.draft, NAME, len(content), "", by=SAM)

    def take_over() -> None:
        cast.clock.forward(seconds=21)
        with cast.runtime.transaction() as session:
            uploads = Uploads.of(session, cast.runtime)
            uploads.take(upload, tokens.public_id())

    store = Slow(then=take_over)
    slow = replace(cast.runtime, blobs=SealedBlobs(store))
    body = growing.Bytes(0, size, [content[:size]], are_proven)
    with pytest.raises(Locked):
        growing.append(slow, upload, body, by=SAM)
    assert blobs(slow) == set()
