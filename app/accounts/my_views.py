"""Signing in to Mijn Fluvius: by an issuer, or with an e-mail address and password."""

import secrets

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user

from app.accounts.forms import MySignInForm, SignInForm
from app.accounts.issuers import BROWSER, PERSONAL, PROFESSIONAL, failed
from app.accounts.service_external import Externals
from app.accounts.views import Page, bp, origin, seconds_of, typed
from app.kernel.errors import NotFound, Throttled
from app.web.context import runtime
from app.web.guards import own_path, public
from app.web.texts import gettext as _
from identity import NoIdentity


@bp.get("/aanmelden/mijn-fluvius")
@public
def my_sign_in() -> Page:
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("verder")), 303)
    return _page(MySignInForm())


@bp.post("/aanmelden/mijn-fluvius")
@public
def my_sign_in_post() -> Page:
    return typed(MySignInForm(), _page)


@bp.get("/aanmelden/bij/<issuer>")
@public
def to_issuer(issuer: str) -> Page:
    """To the issuer; only the browser that goes there can come back.

    A link and no form: a browser follows no form to another site than ours.
    """
    provider = runtime().identities.get(issuer)
    if provider is None:
        raise NotFound("issuer")
    with runtime().transaction() as db:
        refused = Externals.of(db, runtime()).admit(origin().network)
    if refused:
        raise Throttled(
            _("Te veel pogingen. Probeer het over enkele minuten opnieuw."),
            after=seconds_of(refused),
        )
    back = runtime().settings.base_url + url_for("organisations.back", issuer=issuer)
    next_path = own_path(request.args.get("verder"))
    try:
        address, attempt = provider.begin(back)
    except NoIdentity as away:
        return failed(issuer, away, next_path=next_path)
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(32))
    with runtime().transaction() as db:
        Externals.of(db, runtime()).remember(
            issuer,
            attempt,
            browser=browser,
            next_path=next_path,
        )
    return redirect(address, 303)


def _page(form: SignInForm) -> str:
    known = runtime().identities
    return render_template(
        "accounts/my_sign_in.html",
        form=form,
        personal=[name for name in PERSONAL if name in known],
        professional=[name for name in PROFESSIONAL if name in known],
        next_path=request.args.get("verder"),
        site=runtime().settings.base_url,
    )
