"""tus 1.0 over HTTP: what the protocol says MUST be, verb by verb."""

import hashlib
from base64 import b64encode

import pytest

from app.runtime import Runtime
from tests.cast import NOORD, correction
from tests.databases import ONE_DATABASE
from tests.drafting import blobs
from tests.tus import BODY, UPLOADS, Tus, told
from tests.visitor import SITE

NAME, CONTENT = correction(NOORD), b"kwartieren;" * 20
HALF = len(CONTENT) // 2

pytestmark = ONE_DATABASE


@pytest.fixture
def upload(tus: Tus) -> str:
    return tus.made(NAME, len(CONTENT))


def checksum(content: bytes, algorithm: str = "sha1") -> dict[str, str]:
    digest = hashlib.new(algorithm, content).digest()
    return {"Upload-Checksum": f"{algorithm} {b64encode(digest).decode()}"}


def test_options_tell_what_is_spoken_whatever_version_is_named(
    tus: Tus, upload: str
) -> None:
    for path in (UPLOADS, upload):
        answer = tus.ask("OPTIONS", path, headers={"Tus-Resumable": "0.2.2"})
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == str(2**31 - 1)
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert answer.headers["Tus-Extension"] == (
            "creation,creation-with-upload,termination,checksum,expiration"
        )


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0", "2.0.0"])
def test_another_version_is_refused_before_anything_happens(
    tus: Tus, upload: str, version: str | None
) -> None:
    other = {"Tus-Resumable": version}
    asked = [
        tus.make(NAME, 5, **other),  # type: ignore[arg-type]
        tus.send(upload, CONTENT, 0, headers=other),
        tus.ask("HEAD", upload, headers=other),
        tus.ask("DELETE", upload, headers=other),
    ]
    for answer in asked:
        assert answer.status_code == 412
        assert answer.headers["Tus-Version"] == "1.0.0"
    assert tus.offset(upload) == 0


def test_every_answer_says_its_version(tus: Tus, upload: str) -> None:
    answers = [
        tus.ask("OPTIONS"),
        tus.make(NAME, 5),
        tus.ask("HEAD", upload),
        tus.send(upload, b"x", 1),
        tus.ask("HEAD", f"{UPLOADS}{'A' * 22}"),
        tus.ask("DELETE", upload),
    ]
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}


def test_head_tells_where_it_stands_and_is_never_kept_by_a_cache(
    tus: Tus, upload: str
) -> None:
    answer = tus.ask("HEAD", upload)
    assert answer.status_code == 200
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Upload-Length"] == str(len(CONTENT))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Upload-Metadata"] == told(filename=NAME, draft=tus.draft)
    assert answer.headers["Upload-Expires"] == "Wed, 28 Oct 2026 09:02:00 GMT"
    assert answer.get_data() == b""


def test_bytes_behind_one_another_become_a_file_of_the_draft(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    answer = tus.send(upload, CONTENT[:HALF], 0)
    assert answer.status_code == 204
    assert answer.headers["Upload-Offset"] == str(HALF) == str(tus.offset(upload))
    assert "Upload-Expires" in answer.headers
    assert tus.held() == []
    answer = tus.send(upload, CONTENT[HALF:], HALF)
    assert (
        answer.headers["Upload-Offset"] == str(len(CONTENT)) == str(tus.offset(upload))
    )
    assert tus.held() == [[NAME, len(CONTENT)]]
    assert len(blobs(runtime)) == 1


def test_the_last_bytes_may_be_sent_again_and_make_no_second_file(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    tus.send(upload, CONTENT, 0)
    assert tus.send(upload, CONTENT, 0).status_code == 409
    assert tus.send(upload, b"", len(CONTENT)).status_code == 204
    assert tus.held() == [[NAME, len(CONTENT)]]
    assert len(blobs(runtime)) == 1


def test_bytes_for_another_place_are_refused_and_change_nothing(
    tus: Tus, upload: str
) -> None:
    tus.send(upload, CONTENT[:HALF], 0)
    for at in (0, HALF - 1, HALF + 1, len(CONTENT)):
        assert tus.send(upload, b"x", at).status_code == 409
    assert tus.offset(upload) == HALF


def test_more_bytes_than_were_announced_are_refused(tus: Tus, upload: str) -> None:
    assert tus.send(upload, CONTENT + b"x", 0).status_code == 413
    assert tus.offset(upload) == 0


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", ""])
def test_bytes_under_another_name_are_refused(tus: Tus, upload: str, kind: str) -> None:
    answer = tus.send(upload, CONTENT, 0, headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert tus.offset(upload) == 0


@pytest.mark.parametrize("offset", ["", "-1", "+1", "1.0", "x", "9" * 20])
def test_an_offset_that_is_no_number_is_refused(
    tus: Tus, upload: str, offset: str
) -> None:
    answer = tus.send(upload, CONTENT, 0, headers={"Upload-Offset": offset})
    assert answer.status_code == 400


def test_a_length_that_cannot_be_is_refused(tus: Tus) -> None:
    statuses = {
        size: tus.make(NAME, 0, **{"Upload-Length": size}).status_code
        for size in ("", "-1", "x", "0", str(2**31), str(2**70))
    }
    assert list(statuses.values()) == [400, 400, 400, 422, 413, 400]


def test_a_length_that_comes_later_is_refused_clearly(tus: Tus) -> None:
    answer = tus.make(NAME, 5, **{"Upload-Defer-Length": "1"})
    assert answer.status_code == 400
    assert answer.json == {
        "sentence": "De lengte moet bij het begin bekend zijn (Upload-Length)."
    }


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ("", 400),
        ("filename", 400),
        ("filename ?", 400),
        ("filename YQ==,filename YQ==", 400),
        ("filename /w==", 400),
        (" YQ==", 400),
        ("x " + "A" * 2000, 400),
        (told(draft="A" * 22, filename=NAME), 404),
        (told(draft="x", filename=NAME), 400),
    ],
)
def test_metadata_that_cannot_be_is_refused(
    tus: Tus, metadata: str, status: int
) -> None:
    assert tus.make(NAME, 5, **{"Upload-Metadata": metadata}).status_code == status


@pytest.mark.parametrize("name", ["", "..", "a/b", "n" * 300])
def test_a_name_that_is_none_is_refused(tus: Tus, name: str) -> None:
    assert tus.make(name, 5).status_code == 422


def test_the_first_bytes_may_come_along(tus: Tus) -> None:
    words = {
        "Upload-Length": str(len(CONTENT)),
        "Upload-Metadata": told(filename=NAME, draft=tus.draft),
        "Content-Type": BODY,
    }
    answer = tus.ask("POST", headers=words, data=CONTENT[:HALF])
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(HALF)
    assert tus.offset(answer.headers["Location"]) == HALF
    assert tus.ask("POST", headers=words, data=CONTENT).status_code == 201
    assert tus.held() == [[NAME, len(CONTENT)]]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_add_up_are_kept(tus: Tus, upload: str, algorithm: str) -> None:
    words = checksum(CONTENT[:HALF], algorithm)
    assert tus.send(upload, CONTENT[:HALF], 0, headers=words).status_code == 204
    assert tus.offset(upload) == HALF


def test_bytes_that_do_not_add_up_are_discarded(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    tus.send(upload, CONTENT[:HALF], 0)
    before = blobs(runtime)
    answer = tus.send(upload, CONTENT[HALF:], HALF, headers=checksum(b"anders"))
    assert answer.status_code == 460
    assert tus.offset(upload) == HALF
    assert tus.held() == []
    assert blobs(runtime) == before


def test_half_of_what_was_to_add_up_is_discarded(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    words = checksum(CONTENT)
    assert tus.send(upload, CONTENT[:9], 0, size=99, headers=words).status_code == 422
    assert tus.offset(upload) == 0
    assert blobs(runtime) == set()


@pytest.mark.parametrize("text", ["md5 AA==", "sha1", "sha1 ?", "AA==", ""])
def test_a_checksum_that_cannot_be_is_refused(tus: Tus, upload: str, text: str) -> None:
    words = {"Upload-Checksum": text}
    assert tus.send(upload, CONTENT, 0, headers=words).status_code == 400
    assert tus.offset(upload) == 0


def test_an_upload_that_was_removed_is_gone_with_its_bytes(
    tus: Tus, upload: str, runtime: Runtime
) -> None:
    tus.send(upload, CONTENT[:HALF], 0)
    answer = tus.ask("DELETE", upload)
    assert answer.status_code == 204
    assert answer.get_data() == b""
    for verb in ("HEAD", "DELETE"):
        assert tus.ask(verb, upload).status_code == 404
    assert tus.send(upload, CONTENT[HALF:], HALF).status_code == 404
    assert "Upload-Offset" not in tus.ask("HEAD", upload).headers
    assert blobs(runtime) == set()


def test_a_file_outlives_the_upload_that_it_was(tus: Tus, upload: str) -> None:
    tus.send(upload, CONTENT, 0)
    assert tus.ask("DELETE", upload).status_code == 204
    assert tus.held() == [[NAME, len(CONTENT)]]


def test_a_client_that_only_posts_says_its_verb_in_a_header(
    tus: Tus, upload: str
) -> None:
    def meant(verb: str) -> dict[str, str]:
        return {"X-HTTP-Method-Override": verb}

    words = {"Upload-Offset": "0", "Content-Type": BODY, **meant("PATCH")}
    answer = tus.ask("POST", upload, headers=words, data=CONTENT[:HALF])
    assert answer.status_code == 204
    looked = tus.ask("POST", upload, headers=meant("HEAD"))
    assert looked.headers["Upload-Offset"] == str(HALF)
    assert tus.ask("POST", upload, headers=meant("OPTIONS")).status_code == 204
    assert tus.ask("PATCH", upload, headers=meant("DELETE")).status_code == 204
    assert tus.ask("HEAD", upload).status_code == 404
    assert tus.ask("POST", upload).status_code == 405
    assert tus.ask("POST", headers=meant("PATCH")).status_code == 405


def test_without_the_token_of_the_session_nothing_changes(
    tus: Tus, upload: str
) -> None:
    for token in (None, "verzonnen"):
        words = {"X-CSRFToken": token}
        assert tus.send(upload, CONTENT, 0, headers=words).status_code == 400
        assert tus.ask("DELETE", upload, headers=words).status_code == 400
    assert tus.offset(upload) == 0


def test_who_is_not_in_is_told_so_and_not_shown_a_page(tus: Tus, upload: str) -> None:
    tus.person.client.delete_cookie("__Host-sid", domain="bestanden.example")
    answer = tus.ask("HEAD", upload)
    assert answer.status_code == 401
    assert tus.person.client.patch(upload, base_url=SITE).status_code == 401
