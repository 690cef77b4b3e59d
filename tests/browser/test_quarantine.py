"""What the scanner holds, as colleagues see it: on the desk, in a list, in a draft."""

from dataclasses import replace

import pytest

from app.filedrop import uploads
from app.filedrop.rules import Kind
from app.filedrop.service_draft import Drafts
from jobs.runner import run, ticks
from storage.scanner import Doubt
from tests.browser.conftest import Person
from tests.cast import NOORD, ZUID, Cast, correction
from tests.fakes_scanner import FakeScanner
from tests.servers.clamd import EICAR


@pytest.fixture
def held(cast: Cast, sam: Person) -> str:
    """A draft: one file infected, one too large, one clean; a placed one as well."""
    cast.publish({correction(ZUID, month="2026-08"): EICAR})
    with cast.runtime.transaction() as session:
        draft = Drafts.of(session, cast.runtime).make(Kind.CORRECTION, by="sam.claes")
    scanner = FakeScanner()
    house = replace(cast.runtime, scanner=scanner)
    for name, content, down in (
        (correction(NOORD), b"kwartieren", None),
        (correction(NOORD, month="2026-08"), b"kwartieren\n" + EICAR, None),
        (correction(ZUID), b"kwartieren", Doubt.TOO_LARGE),
    ):
        uploads.keep(cast.runtime, draft, name, iter([content]), by="sam.claes")
        scanner.down = down
        run(house, ticks()["filedrop.scan"])
    return draft


def test_what_is_held_is_told_with_what_to_do(held: str, sam: Person) -> None:
    sam.open("/beheer/")
    sam.check("desk-quarantine")
    sam.page.get_by_role("link", name="3 bestanden in quarantaine").click()
    sam.check("quarantine")
    sam.page.get_by_role("link", name="Concept van sam.claes").first.click()
    sam.check("draft-held")
