"""Back from an issuer: who it is, for which organisations, and in."""

from flask import flash, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.issuers import BROWSER, PERSONAL, failed
from app.accounts.rules import Refused
from app.accounts.service_external import Back, Externals
from app.accounts.service_sessions import Sessions
from app.accounts.sessions import device_cookie, enter
from app.kernel.errors import NotFound
from app.organisations.service_arrival import Arrival
from app.organisations.views import bp
from app.web.behalf import MINE, named
from app.web.context import runtime
from app.web.guards import public
from app.web.requests import client_address, network_of
from app.web.texts import gettext as _
from identity import Identity, NoIdentity


@bp.get("/aanmelden/terug/<issuer>")
@public
def back(issuer: str) -> Response:
    """The page to which an issuer sends somebody back."""
    provider = runtime().identities.get(issuer)
    if provider is None:
        raise NotFound("issuer")
    with runtime().transaction() as db:
        found = Externals.of(db, runtime()).back(
            issuer, request.args.get("state", ""), browser=session.get(BROWSER, "")
        )
    if found is None and current_user.is_authenticated:
        return redirect(url_for("pages.home"), 303)  # they went back, or clicked twice
    if found is None:  # spent, too old, or begun in another browser
        return failed(issuer, NoIdentity("no such attempt of this browser"))
    try:
        identity = provider.finish(request.args.to_dict(), found.attempt)
    except NoIdentity as why:
        return failed(issuer, why, next_path=found.next_path)
    return _in(issuer, identity, found)


def _in(issuer: str, identity: Identity, found: Back) -> Response:
    """A session, and for whom it acts; what the issuer said counts from here on."""
    address = client_address()
    with runtime().transaction() as db:
        known = Externals.of(db, runtime()).came(issuer, identity, network_of(address))
        if isinstance(known, Refused):
            return _blocked()
        arrival = Arrival.of(db, runtime())
        arrival.told(issuer, identity, known.account_id)
        opened = Sessions.of(db, runtime()).open(
            known.account_id,
            address=address,
            agent=request.user_agent.string,
            device=request.cookies.get(device_cookie(), ""),
        )
        place = arrival.place(issuer, opened.session_id, known.account_id)
    path = found.next_path
    if place.must_choose:
        path = url_for("organisations.choose", verder=path)
    elif known.is_new and issuer in PERSONAL:
        path = url_for("accounts.register", verder=path)
    response = enter(opened, known.account_id, path)
    session[MINE] = True
    named(place.acting.name if place.acting else "")
    return response


def _blocked() -> Response:
    helpline = runtime().settings.helpline
    sentence = _("Deze toegang is geblokkeerd. Bel %(helpline)s.", helpline=helpline)
    flash(sentence, "bad")
    return redirect(url_for("accounts.my_sign_in"), 303)
