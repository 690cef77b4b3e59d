"""Bytes that are asked for and not handed over: they vanished, or one has them."""

import html
import io
import re
import zipfile
from collections.abc import Callable

import pytest

from tests.cast import AN, NOORD, Cast, correction
from tests.visitor import Visitor

NAMES = [correction(NOORD, version=n) for n in (1, 2, 3)]


@pytest.fixture
def an(cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    """An is in, and has three files."""
    cast.staff()
    cast.register(AN)
    cast.settled()
    cast.publish(dict.fromkeys(NAMES, b"inhoud"))
    her = visitor()
    her.sign_in(cast, "an.peeters")
    return her


def test_of_a_zip_whose_file_vanished_the_others_can_still_be_had(
    an: Visitor, cast: Cast
) -> None:
    gone, stay = NAMES[1], [NAMES[0], NAMES[2]]  # nobody would have opened it yet
    cast.runtime.blobs.delete(cast.file(gone).blob_key)
    ids = [cast.file(name).public_id for name in NAMES]
    answer = an.open("/bestanden/zip?" + "&".join(f"id={one}" for one in ids))
    assert answer.status_code == 410
    assert f"{gone} is niet meer beschikbaar." in an.text
    assert "Download de andere 2 bestanden" in an.text
    found = re.search(r'href="(/bestanden/zip[^"]+)"', answer.text)
    assert found
    rest = an.open(html.unescape(found[1]))
    assert zipfile.ZipFile(io.BytesIO(rest.data)).namelist() == stay


def test_what_went_lost_is_told_before_the_first_byte_wherever_it_stands(
    an: Visitor, cast: Cast
) -> None:
    lost = NAMES[1]
    cast.runtime.blobs.delete(cast.file(lost).blob_key)
    cast.clock.forward(hours=2)
    cast.tick("filedrop.reconcile")
    an.sign_in(cast, "an.peeters")
    ids = [cast.file(name).public_id for name in NAMES]
    answer = an.open("/bestanden/zip?" + "&".join(f"id={one}" for one in ids))
    assert answer.status_code == 410
    assert f"{lost} is niet meer beschikbaar." in an.text
    assert "Download de andere 2 bestanden" in an.text
    for path in ("", "/download"):
        assert an.open(f"/bestanden/{ids[1]}{path}").status_code == 410
        assert "Dit bestand is niet meer beschikbaar. Hebt u het nog nodig?" in an.text
        assert "verwijderd" not in an.text


def test_where_no_byte_leaves_the_book_has_no_line(an: Visitor, cast: Cast) -> None:
    link = cast.link(NAMES[0])
    tag = an.open(link, headers={"Range": "bytes=0-0"}).headers["ETag"]
    before = cast.audited("file.")
    for asked, status in (
        ({"If-None-Match": tag}, 304),
        ({"If-Match": '"another"'}, 412),
        ({"Range": "bytes=99999999-"}, 416),
    ):
        answer = an.open(link, headers=asked)
        assert (answer.status_code, answer.data) == (status, b"")
    assert cast.audited("file.") == before
