"""A large upload that is cut, killed, fought over, or outlived by its draft."""

import hashlib
import io
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.session import Database
from app.filedrop import growing
from app.filedrop.models import DraftFile, Upload, UploadRun
from app.kernel.errors import Full
from app.runtime import Runtime
from storage.crypto import SealedBlobs
from tests.cast import NOORD, SAM_MOBILE, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import SAM, blobs, send
from tests.fakes_storage import MemoryBlobs
from tests.tus import Body, Tus
from tests.visitor import Visitor

MEBIBYTE = 1 << 20
NAME, CANARY = correction(NOORD), b"afname van Noord;22,452;"
CONTENT = (CANARY + secrets.token_bytes(40)) * (5 * MEBIBYTE // 64)


@pytest.fixture
def upload(tus: Tus) -> str:
    return tus.made(NAME, len(CONTENT))


def file_of(runtime: Runtime) -> DraftFile:
    with runtime.reading() as session:
        return session.scalars(select(DraftFile)).one()


def content_of(runtime: Runtime) -> bytes:
    """The bytes of the one file that the draft holds, as they lie in the store."""
    file = file_of(runtime)
    reason = "file.download file:test"
    data_key = runtime.keys.unseal(file.key_day, file.sealed_key, reason)
    return b"".join(runtime.blobs.open(file.blob_key, data_key))


def rows(database: Database, table: type[Upload | UploadRun]) -> int:
    with database.reading() as session:
        return len(session.scalars(select(table)).all())


@ONE_DATABASE
def test_thirty_cuts_change_no_byte(
    tus: Tus, upload: str, runtime: Runtime, tmp_path: Path
) -> None:
    for _ in range(30):
        at = tus.offset(upload)
        left = len(CONTENT) - at
        cut = 1 + secrets.randbelow(max(left // 4, 1))
        tus.send(upload, CONTENT[at : at + cut], at, size=left)
        assert tus.offset(upload) == at + cut  # not one byte comes twice
    lying = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(CANARY in content for content in lying)
    at = tus.offset(upload)
    assert tus.send(upload, CONTENT[at:], at).status_code == 204
    assert content_of(runtime) == CONTENT
    assert file_of(runtime).sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert len(blobs(runtime)) == 1
    assert rows(runtime.database, UploadRun) == 0


def test_of_a_writer_that_stands_still_the_whole_segments_stay(
    tus: Tus, upload: str, runtime: Runtime, cast: Cast
) -> None:
    seen: list[int] = []

    def take_over() -> None:
        assert tus.ask("HEAD", upload).status_code == 423
        cast.clock.forward(seconds=21)
        seen.append(tus.offset(upload))
        tus.send(upload, CONTENT[seen[0] :], seen[0])

    body = Body(CONTENT, 14, take_over)
    answer = tus.send(upload, b"", 0, size=len(CONTENT), input_stream=body)
    assert seen == [3 * MEBIBYTE]  # of the fourth a quarter came
    assert answer.status_code >= 400  # who comes back to life comes to nothing
    assert content_of(runtime) == CONTENT
    assert len(blobs(runtime)) == 1
    assert rows(runtime.database, UploadRun) == 0


@ONE_DATABASE
def test_of_a_writer_that_hardly_began_nothing_stays(
    tus: Tus, upload: str, runtime: Runtime, cast: Cast
) -> None:
    def take_over() -> None:
        cast.clock.forward(seconds=21)
        assert tus.offset(upload) == 0

    body = Body(CONTENT, 2, take_over)
    answer = tus.send(upload, b"", 0, size=len(CONTENT), input_stream=body)
    assert answer.status_code >= 400
    assert tus.offset(upload) == 0
    assert blobs(runtime) == set()


def test_two_never_write_at_once(tus: Tus, upload: str, runtime: Runtime) -> None:
    refused: list[int] = []

    def meanwhile() -> None:
        answers = tus.ask("HEAD", upload), tus.send(upload, b"", 0)
        refused.extend(answer.status_code for answer in answers)

    body = Body(CONTENT, 3, meanwhile)
    answer = tus.send(upload, b"", 0, size=len(CONTENT), input_stream=body)
    assert refused == [423, 423]
    assert answer.status_code == 204
    assert content_of(runtime) == CONTENT


@ONE_DATABASE
def test_a_thin_line_keeps_its_place_as_long_as_something_comes(
    tus: Tus, upload: str, cast: Cast
) -> None:
    class Thin(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            cast.clock.forward(seconds=8)
            assert tus.ask("HEAD", upload).status_code == 423
            return super().read(size)

    body = Thin(CONTENT)
    answer = tus.send(upload, b"", 0, size=len(CONTENT), input_stream=body)
    assert answer.status_code == 204
    assert tus.held() == [[NAME, len(CONTENT)]]


@ONE_DATABASE
def test_where_there_is_no_room_for_the_whole_it_waits_for_room(
    tus: Tus, cast: Cast
) -> None:
    store, content = MemoryBlobs(room=1500), CONTENT[:1000]
    small = replace(cast.runtime, blobs=SealedBlobs(store))
    draft, told = tus.draft, ""
    upload = growing.begin(small, draft, NAME, len(content), told, by=SAM)
    for at in (0, 500):
        body = growing.Bytes(at, 500, [content[at : at + 500]])
        if at:
            with pytest.raises(Full):
                growing.append(small, upload, body, by=SAM)
        else:
            assert growing.append(small, upload, body, by=SAM).offset == 500
    with pytest.raises(Full):
        growing.look(small, upload, by=SAM)
    store.room = 2000
    assert growing.look(small, upload, by=SAM).is_done
    assert tus.held() == [[NAME, len(content)]]
    assert len(blobs(small)) == 1


@ONE_DATABASE
def test_of_an_upload_that_lost_its_bytes_the_client_is_told(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    tus.send(upload, CONTENT[:MEBIBYTE], 0)
    (run,) = blobs(runtime)
    runtime.blobs.delete(run)
    answer = tus.send(upload, CONTENT[MEBIBYTE:], MEBIBYTE)
    assert answer.status_code == 422
    assert answer.json == {
        "sentence": "Het bestand ging onderweg verloren. Stuur het opnieuw."
    }
    assert tus.ask("HEAD", upload).status_code == 404
    assert blobs(runtime) == set()


@ONE_DATABASE
def test_who_signs_in_again_goes_on_where_it_stopped(
    tus: Tus, upload: str, cast: Cast
) -> None:
    tus.send(upload, CONTENT[:MEBIBYTE], 0)
    cast.clock.forward(minutes=20)
    assert tus.ask("HEAD", upload).status_code == 401
    tus.person.sign_in(cast, SAM, SAM_MOBILE)
    listed = tus.listed()
    assert [(one["name"], one["offset"]) for one in listed["uploads"]] == [
        (NAME, MEBIBYTE)
    ]
    tus.csrf = str(listed["token"])
    assert tus.send(upload, CONTENT[MEBIBYTE:], MEBIBYTE).status_code == 204
    assert tus.listed()["uploads"] == []


@ONE_DATABASE
def test_a_name_that_was_given_away_meanwhile_leaves_nothing(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    draft = f"/beheer/leveringen/nieuw/{tus.draft}"
    tus.send(upload, CONTENT[:MEBIBYTE], 0)
    send(tus.person, draft, NAME, b"iets anders")
    assert tus.make(NAME, 5).status_code == 409
    answer = tus.send(upload, CONTENT[MEBIBYTE:], MEBIBYTE)
    assert answer.status_code == 422
    assert answer.json
    assert answer.json["sentence"].startswith("Er staat al een ander bestand")
    assert tus.ask("HEAD", upload).status_code == 404
    assert len(blobs(runtime)) == 1


@ONE_DATABASE
def test_the_same_file_twice_is_one(tus: Tus, runtime: Runtime) -> None:
    first, second = tus.made(NAME, len(CONTENT)), tus.made(NAME, len(CONTENT))
    for path in (first, second):
        assert tus.send(path, CONTENT, 0).status_code == 204
        assert tus.offset(path) == len(CONTENT)
    assert tus.held() == [[NAME, len(CONTENT)]]
    assert len(blobs(runtime)) == 1


@ONE_DATABASE
def test_one_document_is_one_document(sam: Visitor) -> None:
    tus = Tus.of(sam, "adhoc")
    tus.send(tus.made("brief.pdf", 9), CONTENT[:9], 0)
    refused = tus.make("nog een.pdf", 9)
    assert refused.status_code == 409
    assert refused.json
    assert "Een ad-hocbericht is één document" in refused.json["sentence"]


@ONE_DATABASE
def test_what_is_not_there_is_not_there_and_managers_have_no_business_here(
    tus: Tus, upload: str, colleague: Callable[[str], Visitor]
) -> None:
    assert tus.ask("HEAD", upload[:-22] + "A" * 22).status_code == 404
    assert tus.ask("HEAD", upload + "x").status_code == 404
    auditor = colleague("auditor")
    auditor.open("/beheer/")
    other = Tus(auditor, tus.draft, auditor.token())
    for verb in ("HEAD", "PATCH", "DELETE"):
        assert other.ask(verb, upload).status_code == 403
    assert other.make(NAME, 5).status_code == 403
