"""A draft's files: what comes whole is kept, once; what does not leaves nothing."""

from uuid import uuid4

from app.filedrop.intake import Sums
from app.filedrop.service_draft import Drafts
from app.filedrop.service_stash import Sealed
from app.runtime import Runtime
from tests.cast import NOORD, SAM_MOBILE, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import RAW, SAM, START, begin, blobs, form_of, post_form, send
from tests.visitor import SITE, Visitor


def test_a_file_that_is_there_already_is_no_second_one(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    before = blobs(runtime)
    assert send(sam, draft, correction(NOORD), b"x").status_code == 200
    refused = send(sam, draft, correction(NOORD), b"anders")
    assert refused.status_code == 409
    assert refused.json
    assert refused.json["sentence"].startswith("Er staat al een ander bestand met deze")
    assert blobs(runtime) == before
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE)
    assert held.json
    assert held.json["files"] == [[correction(NOORD), 1]]


@ONE_DATABASE
def test_a_browser_that_comes_back_is_told_every_file_however_many(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    public_id, name = draft.rpartition("/")[2], "{:03}.csv".format
    with runtime.transaction() as session:
        drafts = Drafts.of(session, runtime)
        day = drafts.key_day(public_id)
        for n in range(201):
            sealed = Sealed(Sums(n, 0, f"{n:064}"), str(uuid4()), b"")
            assert drafts.add(public_id, name(n), sealed, day=day, by=SAM)
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE)
    assert held.json
    assert sorted(held.json["files"]) == [[name(n), n] for n in range(201)]


def test_what_cannot_be_taken_in_is_refused_with_a_sentence(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    for name, content, status in (
        ("leeg.csv", b"", 422),
        ("map/naam.csv", b"x", 422),
        ("n" * 300, b"x", 422),
    ):
        answer = send(sam, draft, name, content)
        assert answer.status_code == status
        assert answer.json
        assert answer.json["sentence"]
    assert blobs(runtime) == set()


def test_two_gibibytes_are_refused_by_their_announcement(sam: Visitor) -> None:
    draft = begin(sam)
    answer = sam.client.post(
        f"{draft}/bestanden?naam=groot.csv",
        content_type=RAW,
        headers={"X-CSRFToken": sam.token()},
        environ_overrides={"CONTENT_LENGTH": str(2**31)},
        base_url=SITE,
    )
    assert answer.status_code == 413


def test_who_does_not_say_how_much_comes_is_sent_away(sam: Visitor) -> None:
    draft = begin(sam)
    answer = sam.client.post(
        f"{draft}/bestanden?naam=x.csv",
        content_type=RAW,
        headers={"X-CSRFToken": sam.token()},
        base_url=SITE,
    )
    assert answer.status_code == 411


def test_a_lost_line_leaves_nothing(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    answer = sam.client.post(
        f"{draft}/bestanden?naam=half.csv",
        data=b"de helft",
        content_type=RAW,
        headers={"X-CSRFToken": sam.token()},
        environ_overrides={"CONTENT_LENGTH": "16"},
        base_url=SITE,
    )
    assert answer.status_code == 422
    assert "Het bestand kwam niet heel aan." in answer.get_data(as_text=True)
    assert blobs(runtime) == set()
    sam.open(f"{draft}/routering")
    assert "Dit concept heeft nog geen bestanden." in sam.text


def test_without_its_token_nothing_is_read(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    for token in ("", "verzonnen"):
        answer = sam.client.post(
            f"{draft}/bestanden?naam=x.csv",
            data=b"x",
            content_type=RAW,
            headers={"X-CSRFToken": token},
            base_url=SITE,
        )
        assert answer.status_code == 400
    form = form_of([("bestand", "x.csv", b"x")], token="verzonnen")
    assert post_form(sam, draft, form).status_code == 400
    assert blobs(runtime) == set()


def test_a_session_that_ended_keeps_what_was_uploaded(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    token = sam.token()
    cast.clock.forward(minutes=20)
    answer = sam.client.post(
        f"{draft}/bestanden?naam={correction(ZUID)}",
        data=b"y",
        content_type=RAW,
        headers={"X-CSRFToken": token},
        base_url=SITE,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/aanmelden")
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open(START)
    assert "Bestanden: 1" in sam.text
    assert sam.open(draft).status_code == 200
