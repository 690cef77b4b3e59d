"""The steps after a right password: an own password, held back; then the code."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from app.accounts import texts
from app.accounts.forms import ChooseForm, CodeForm
from app.accounts.passwords import accept
from app.accounts.rules import Refused, Step, Why
from app.accounts.service_sessions import Opened, Sessions
from app.accounts.service_sign_in import In, SignIn, Way
from app.accounts.sessions import Visitor
from app.accounts.views import (
    PENDING,
    Page,
    back_to_step,
    bp,
    choose_page,
    device_cookie,
    hand_over,
    make_code,
    send_first_code,
    take_up,
    way,
)
from app.web.context import runtime
from app.web.guards import public
from app.web.requests import client_address
from app.web.texts import gettext as _

DEVICE_LIFETIME = 400 * 24 * 3600  # browsers keep no cookie longer


@bp.get("/aanmelden/wachtwoord")
@public
def choose_password() -> Page:
    found = way()
    if found is None or found.step is not Step.CHOOSE:
        return back_to_step(found)
    return choose_page(ChooseForm(), found.chooser)


@bp.post("/aanmelden/wachtwoord")
@public
def choose_password_post() -> Page:
    found, form = way(), ChooseForm()
    if found is None or found.step is not Step.CHOOSE:
        return back_to_step(found)
    if not form.validate_on_submit() or not accept(
        form.nieuw_wachtwoord, found.chooser
    ):
        return choose_page(form, found.chooser), 422
    hashed = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    with runtime().transaction() as db:
        token = SignIn.of(db, runtime()).hold(session[PENDING], hashed)
    if token is None:
        return back_to_step(way())
    take_up(token)
    flash(
        _("Uw wachtwoord is opgeslagen. Het geldt zodra u de code hebt ingevuld."), "ok"
    )
    return send_first_code()


@bp.get("/aanmelden/code")
@public
def code() -> Page:
    found = way()
    if found is None or found.step is not Step.CODE:
        return back_to_step(found)
    return _code_page(CodeForm(), found)


@bp.post("/aanmelden/code")
@public
def code_post() -> Page:
    found, form = way(), CodeForm()
    if found is None or found.step is not Step.CODE:
        return back_to_step(found)
    if not form.validate_on_submit():
        return _code_page(form, found), 422
    typed = "".join(form.code.data.split())
    with runtime().transaction() as db:
        came = SignIn.of(db, runtime()).code(session[PENDING], typed)
        if not isinstance(came, Refused):
            opened = _open(Sessions.of(db, runtime()), came)
    if isinstance(came, Refused):
        return _refuse(form, came)
    return _welcome(came, opened)


@bp.post("/aanmelden/code/opnieuw")
@public
def resend() -> Page:
    found = way()
    if found is None or found.step is not Step.CODE:
        return back_to_step(found)
    made = make_code()
    if isinstance(made, Response):
        return made
    if hand_over(made):
        flash(_("We stuurden u een nieuwe code."), "ok")
    return redirect(url_for(".code"), 303)


def _code_page(form: CodeForm, found: Way) -> str:
    return render_template(
        "accounts/code.html",
        form=form,
        phone_tail=found.phone_tail,
        valid_until=found.code_until,
        sms_failed=found.sms_failed,
    )


def _refuse(form: CodeForm, refused: Refused) -> Page:
    found = way()
    if found is None or refused.why is Why.OVER:
        return back_to_step(found)
    form.code.errors = [texts.code_refusal(refused, now=runtime().clock())]
    return _code_page(form, found), 401


def _open(sessions: Sessions, came: In) -> Opened | None:
    """A session; not after a reset, which ends where every sign-in begins."""
    if came.is_reset:
        return None
    return sessions.open(
        came.account_id,
        address=client_address(),
        agent=request.user_agent.string,
        device=request.cookies.get(device_cookie(), ""),
    )


def _welcome(came: In, opened: Opened | None) -> Response:
    """In, under a new id, on the very page that was asked; after a reset not yet in."""
    session.clear()
    if opened is None:
        flash(_("Uw wachtwoord is opgeslagen. Meld u nu aan."), "ok")
        return redirect(url_for(".sign_in"), 303)
    login_user(Visitor(opened.token, came.account_id))
    response = redirect(came.next_path, 303)
    response.set_cookie(
        device_cookie(),
        opened.device,
        max_age=DEVICE_LIFETIME,
        secure=runtime().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response
