"""What the scanner holds, as colleagues see it: on the desk, in a list, in a draft."""

from dataclasses import replace

import pytest

from app.filedrop import uploads
from app.filedrop.rules import Kind
from app.filedrop.service_draft import Drafts
from jobs.runner import run, ticks
from tests.browser.person import Person
from tests.cast import NOORD, ZUID, Cast, correction
from tests.fakes_scanner import FakeScanner
from tests.servers.clamd import EICAR


@pytest.fixture
def held(cast: Cast, sam: Person) -> None:
    """A draft with an infected file and a clean one; a placed one that is infected."""
    cast.publish({correction(ZUID, month="2026-08"): EICAR})
    with cast.runtime.transaction() as session:
        draft = Drafts.of(session, cast.runtime).make(Kind.CORRECTION, by="sam.claes")
    bad = correction(NOORD, month="2026-08")
    for name, content in ((correction(NOORD), b"kwartieren"), (bad, EICAR)):
        uploads.keep(cast.runtime, draft, name, iter([content]), by="sam.claes")
    run(replace(cast.runtime, scanner=FakeScanner()), ticks()["filedrop.scan"])


def test_what_is_held_is_told_with_what_to_do(held: None, sam: Person) -> None:
    sam.open("/beheer/")
    sam.check("desk-quarantine")
    sam.page.get_by_role("link", name="2 bestanden in quarantaine").click()
    sam.check("quarantine")
    sam.page.get_by_role("link", name="Concept van sam.claes").click()
    sam.check("draft-held")
