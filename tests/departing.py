"""A delivery that is released and waits: for now, for an hour, held back again."""

import re
from collections.abc import Mapping

from werkzeug.test import TestResponse

from app.filedrop import hours
from app.filedrop.rules import Kind
from app.filedrop.service_departure import Departures
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_release import Releasing
from app.filedrop.service_draft_view import DraftView
from app.filedrop.uploads import keep
from app.runtime import Runtime
from tests.cast import NOORD, ZUID, Cast, correction
from tests.drafting import begin, row, send
from tests.visitor import Visitor

NAME = correction(NOORD)


def one(sam: Visitor) -> str:
    """A draft with one file for An."""
    draft = begin(sam)
    assert send(sam, draft, NAME, b"van Noord").status_code == 201
    return draft


def for_two(sam: Visitor) -> str:
    """A draft with one document for An and for Bo."""
    draft = begin(sam, "adhoc")
    send(sam, draft, "brief.pdf", b"%PDF")
    action = row(sam, draft, "brief.pdf")
    sam.submit(action, {"actie": "kiezen", "gemeenschap": f"{NOORD} {ZUID}"})
    return draft


def plan(sam: Visitor, draft: str, day: str, clock: str) -> TestResponse:
    """Released for an hour, as the form asks for it."""
    return answer(
        sam,
        f"{draft}/vrijgeven",
        {"aantal": "1", "wanneer": "op", "datum": day, "uur": clock},
    )


def hold(sam: Visitor, draft: str) -> TestResponse:
    """Press Tegenhouden on the page that has it."""
    return answer(sam, f"{draft}/tegenhouden", {}, seen=f"{draft}/voortgang")


def answer(
    sam: Visitor, path: str, fields: Mapping[str, str], *, seen: str = ""
) -> TestResponse:
    page = sam.open(seen or path).get_data(as_text=True)
    found = re.search(r'name="vrijgave" value="([^"]+)"', page)
    assert found, sam.text
    return sam.submit(path, {"vrijgave": found[1], **fields})


def view(runtime: Runtime, draft: str) -> DraftView:
    with runtime.reading() as session:
        return Drafts.of(session, runtime).show(draft.rpartition("/")[2])


def waiting(cast: Cast, name: str, *, by: str) -> None:
    """A draft with that file, released for now by somebody who looked at nothing."""
    house = cast.runtime
    with house.transaction() as session:
        draft = Drafts.of(session, house).make(Kind.CORRECTION, by=by)
    keep(house, draft, name, iter([b"x"]), by=by)
    with house.transaction() as session:
        review = Releasing.of(session, house).reviewing.review(draft)
        hour = hours.at_once(house.clock())
        Departures.of(session, house).plan(review, hour, [], by=by)
