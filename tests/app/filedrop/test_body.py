"""A file on its way in: whoever vanished leaves no half of it."""

from collections.abc import Callable

from app.runtime import Runtime
from tests.cast import STAFF_PASSWORD, Cast
from tests.databases import ONE_DATABASE
from tests.visitor import SITE, Visitor

START = "/beheer/leveringen/nieuw"
SAM, SAM_MOBILE = "sam.claes", "+32472000000"


@ONE_DATABASE
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
    held = me.open(f"{draft}/bestanden").json
    assert held
    assert held["files"] == []
    assert list(runtime.blobs.keys()) == []
