"""A body on its way in: whole, or refused; whoever vanished leaves no half a file."""

import io
from collections.abc import Callable

import pytest

from app.filedrop.uploads import BODY_PIECE, body_of
from app.kernel.errors import Invalid
from app.runtime import Runtime
from tests.cast import STAFF_PASSWORD, Cast
from tests.visitor import SITE, Visitor

START = "/beheer/leveringen/nieuw"
SAM, SAM_MOBILE = "sam.claes", "+32472000000"


def test_a_body_comes_in_pieces_and_no_further_than_its_length() -> None:
    body = b"x" * (BODY_PIECE + 2)
    line = io.BytesIO(body + b"the next request")
    assert [len(piece) for piece in body_of(line, len(body))] == [BODY_PIECE, 2]


@pytest.mark.parametrize("came", [0, 1, 9])
def test_a_body_that_ends_early_is_refused(came: int) -> None:
    with pytest.raises(Invalid, match="niet heel"):
        list(body_of(io.BytesIO(b"x" * came), 10))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_tab_closed_halfway_leaves_nothing_in_the_draft(
    cast: Cast, visitor: Callable[[], Visitor], runtime: Runtime
) -> None:
    me = visitor()
    cast.staff()
    cast.settled(SAM, STAFF_PASSWORD)
    me.sign_in(cast, SAM, SAM_MOBILE, password=STAFF_PASSWORD)
    me.open(START)
    draft = me.submit(START, {"soort": "correcties"}).headers["Location"]
    me.follow()
    answer = me.client.post(
        f"{draft}/bestanden",
        query_string={"naam": "half.csv"},
        data=b"half a file",
        headers={"X-CSRFToken": me.token()},
        environ_overrides={"CONTENT_LENGTH": "22"},
        base_url=SITE,
    )
    assert answer.status_code == 422
    assert answer.json == {
        "sentence": "Het bestand kwam niet heel aan. Stuur het opnieuw."
    }
    assert me.open(f"{draft}/bestanden").json == {"files": []}
    assert list(runtime.blobs.keys()) == []
