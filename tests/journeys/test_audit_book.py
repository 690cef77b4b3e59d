"""The audit book on screen: from where, with what result, and whether it holds."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import update

from app.db import audit
from app.db.audit import AuditEntry
from tests.bookkeeping import bind, head
from tests.cast import SAM_MOBILE, STAFF_PASSWORD, Cast, other
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

pytestmark = ONE_DATABASE
Come = Callable[[str, str], Visitor]
NOW = datetime(2026, 10, 26, 9, tzinfo=UTC)


def lines(person: Visitor) -> list[str]:
    """Where the lines on the page lead to, the newest first."""
    assert person.page is not None
    page = person.page.get_data(as_text=True)
    return re.findall(r'href="(/beheer/auditlog/\d+)"', page)


def test_a_line_says_from_where_and_whether_it_was_refused(
    cast: Cast, visitor: Callable[[], Visitor], signed_in: Come
) -> None:
    cast.staff("rein.claes")
    cast.settled("rein.claes", STAFF_PASSWORD)
    rein = visitor()
    rein.type_password("rein.claes", STAFF_PASSWORD)
    rein.enter(other(cast.code(SAM_MOBILE)))
    lea = signed_in("lea.claes", "auditor")
    lea.open("/beheer/auditlog?wie=rein.claes")
    assert "gaf een verkeerde sms-code. Sam Claes geweigerd 192.0.2.1" in lea.text
    assert "voegde de account van Sam Claes toe. Sam Claes gelukt opdracht" in lea.text
    told = lea.open(lines(lea)[0]).get_data(as_text=True)
    assert "2026-10-26 09:00:00.000 UTC" in told
    assert "26-10-2026 10:00:00,000" in told
    assert "Deze regel wordt binnen enkele seconden" in lea.text
    bind(cast.runtime)
    lea.open("/beheer/auditlog")
    lea.open(lines(lea)[0])
    assert f"Regel {head(cast.runtime).number} van het auditlog." in lea.text
    assert str(head(cast.runtime)) in lea.text
    assert lea.open("/beheer/auditlog/999").status_code == 404


def test_a_line_about_a_draft_says_so_and_leads_to_what_became_of_it(
    cast: Cast, signed_in: Come
) -> None:
    cast.staff("sam.claes")
    draft = "draft:" + "x" * 22
    with cast.runtime.transaction() as session:
        for action, told in (("make", {}), ("release", {"delivery": "y" * 22})):
            audit.record(
                session, f"draft.{action}", draft, at=NOW, by="sam.claes", **told
            )
    lea = signed_in("lea.claes", "auditor")
    page = lea.open("/beheer/auditlog?soort=draft").get_data(as_text=True)
    assert "begon een concept. Concept gelukt" in lea.text
    assert f'href="/beheer/leveringen/{"y" * 22}"' in page
    assert "draft:" not in lea.text
    lea.open(lines(lea)[0])
    assert f"draft.release {draft}" in lea.text


def test_the_page_says_how_far_the_chain_was_looked_through(
    cast: Cast, signed_in: Come
) -> None:
    lea = signed_in("lea.claes", "auditor")
    lea.open("/beheer/auditlog")
    assert "De keten is nog niet gecontroleerd." in lea.text
    cast.tick("desk.day")
    lea.open("/beheer/auditlog")
    assert "tot en met regel 2, vandaag om 10.02 uur : in orde." in lea.text
    cast.clock.forward(days=2)
    lea.sign_in(cast, "lea.claes", SAM_MOBILE)
    lea.open("/beheer/auditlog")
    assert "De keten is sinds 26-10-2026 om 10.02 uur niet meer" in lea.text
    with cast.runtime.transaction() as session:
        first = update(AuditEntry).where(AuditEntry.action == "account.add")
        session.execute(first.values(by="iemand"))
    cast.tick("desk.day")
    for page in ("/beheer/auditlog", "/beheer/"):
        lea.open(page)
        told = "De keten klopt niet vanaf regel 1. Verwittig het securityteam."
        assert told in lea.text
