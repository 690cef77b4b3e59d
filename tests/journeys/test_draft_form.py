"""A draft without JavaScript: one form of many files, sealed as they come."""

from app.runtime import Runtime
from tests.cast import NOORD, ZUID, correction
from tests.drafting import begin, blobs, form_of, post_form
from tests.visitor import SITE, Visitor


def test_a_form_without_javascript_keeps_what_came_whole(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    content = b"\r\n--gren\r\n" * 100_000  # nearly a boundary, over many pieces
    files = [
        ("bestand", correction(NOORD), content),
        ("bestand", "leeg.csv", b""),
        ("bestand", "map/" + correction(ZUID), b"van Zuid"),
    ]
    answer = post_form(sam, draft, form_of(files, sam.token()))
    assert answer.status_code == 422
    assert "leeg.csv: Het bestand is leeg (0 bytes)." in sam.text
    assert "2 bestanden toegevoegd." in sam.text
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE).json
    assert held
    assert sorted(held["files"]) == sorted(
        [[correction(NOORD), len(content)], [correction(ZUID), 8]]
    )
    assert len(blobs(runtime)) == 2


def test_a_form_that_breaks_off_keeps_what_came_whole(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    files = [("bestand", "een.csv", b"1"), ("bestand", "twee.csv", b"2" * 1000)]
    body, kind = form_of(files, sam.token())
    answer = post_form(sam, draft, (body[:-500], kind))
    assert answer.status_code == 422
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE).get_json()
    assert (held["files"], held["uploads"]) == ([["een.csv", 1]], [])
    assert len(blobs(runtime)) == 1


def test_a_form_of_nothing_asks_for_a_file(sam: Visitor) -> None:
    draft = begin(sam)
    form = form_of([("bestand", "", b"")], sam.token())
    assert post_form(sam, draft, form).status_code == 422
    assert "Kies eerst minstens één bestand." in sam.text


def test_two_hundred_files_at_once_and_no_more(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    files = [("bestand", f"{n}.csv", str(n).encode()) for n in range(201)]
    answer = post_form(sam, draft, form_of(files, sam.token()))
    assert answer.status_code == 422
    assert "Er gaan hoogstens 200 bestanden tegelijk mee." in sam.text
    assert len(blobs(runtime)) == 200
