"""People of Mijn Fluvius: known by an issuer, and in without the way there."""

import re
from collections.abc import Callable

from sqlalchemy import update

from app.accounts.models import Account
from app.accounts.service_sessions import Sessions
from app.kernel.kbo import Kbo
from app.organisations.rules import Claim
from app.organisations.service import Organisations
from tests.cast import Cast
from tests.visitor import Visitor

MOBILE = "+32470998877"
Arrive = Callable[[], Visitor]
ZON = Claim(
    Kbo("0123456749"), "Zonadvies Wiebe bv", "Rubensstraat 1, 1800 Vilvoorde", "Gérant"
)
WIND = Claim(Kbo("1000000021"), "Windkracht cv", "Kaai 2, 9000 Gent", "Bestuurder")


def known(cast: Cast, login: str = "eid.wiebe", **told: str) -> int:
    """Somebody of whom an issuer told us before."""
    called = {"name": "Wiebe Zonneveld", "email": "", "mobile": "", **told}
    with cast.runtime.transaction() as session:
        account = Account(login=login, role="user", created_at=cast.clock(), **called)
        session.add(account)
        session.flush()
        return account.id


def with_account(cast: Cast, email: str) -> int:
    """Somebody who made a Fluvius account long ago, with the password of all."""
    account_id = known(cast, email, email=email)
    made_account(cast, email)
    return account_id


def made_account(cast: Cast, login: str) -> None:
    """The same, of who is known already."""
    reached = update(Account).where(Account.login == login)
    with cast.runtime.transaction() as session:
        session.execute(reached.values(mobile=MOBILE))
    cast.settled(login)


def confirm_link(cast: Cast, address: str) -> str:
    """Where the last letter to that address says that it is confirmed."""
    text = cast.mails(address)[-1].text
    found = re.search(r"https?://[^/]+(/registreren/\S+)", text)
    assert found, text
    return found[1]


def let_in(cast: Cast, person: Visitor, account_id: int) -> int:
    """At that browser, without the way there; the number of their session."""
    with cast.runtime.transaction() as session:
        sessions = Sessions.of(session, cast.runtime)
        opened = sessions.open(account_id, address="192.0.2.1", agent="", device="")
    with person.client.session_transaction(base_url=person.site) as cookie:
        cookie["_user_id"], cookie["_fresh"] = opened.token, True
    return opened.session_id


def arrived(cast: Cast, visitor: Arrive, account_id: int) -> Visitor:
    """The same, at a browser of their own."""
    person = visitor()
    let_in(cast, person, account_id)
    return person


def acts_for(cast: Cast, person: Visitor, account_id: int, claim: Claim = ZON) -> None:
    """A function in the KBO, and this browser's session acts by it."""
    with cast.runtime.transaction() as session:
        Organisations.of(session, cast.runtime).take_in(account_id, [claim])
    person.open("/organisatie/kiezen")
    person.submit("/organisatie/kiezen", {"kbo": str(claim.kbo)})
