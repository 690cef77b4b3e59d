"""People of Mijn Fluvius: known by an issuer, and in without the way there."""

from collections.abc import Callable

from app.accounts.models import Account
from app.accounts.service_sessions import Sessions
from app.kernel.kbo import Kbo
from app.organisations.rules import Claim
from app.organisations.service import Organisations
from tests.cast import Cast
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]
ZON = Claim(Kbo("0123456749"), "Zonadvies Wiebe bv", "Rubensstraat 1", "Zaakvoerder")


def known(cast: Cast, login: str = "eid.wiebe") -> int:
    """Somebody of whom an issuer told us before."""
    with cast.runtime.transaction() as session:
        account = Account(
            login=login, role="user", name="Wiebe Zonneveld", email="", mobile="",
            created_at=cast.clock(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        return account.id


def arrived(cast: Cast, visitor: Arrive, account_id: int) -> Visitor:
    """Somebody who came in by an issuer, without the way there."""
    person = visitor()
    with cast.runtime.transaction() as session:
        sessions = Sessions.of(session, cast.runtime)
        opened = sessions.open(account_id, address="192.0.2.1", agent="", device="")
    with person.client.session_transaction(base_url=person.site) as cookie:
        cookie["_user_id"] = opened.token
    return person


def acts_for(cast: Cast, person: Visitor, account_id: int, claim: Claim = ZON) -> None:
    """A function in the KBO, and this browser's session acts by it."""
    with cast.runtime.transaction() as session:
        Organisations.of(session, cast.runtime).take_in(account_id, [claim])
    person.open("/organisatie/kiezen")
    person.submit("/organisatie/kiezen", {"kbo": str(claim.kbo)})
