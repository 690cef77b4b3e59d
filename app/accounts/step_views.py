"""The steps after a right password: an own password, held back; then the code."""

from functools import partial

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts import texts
from app.accounts.forms import ChooseForm, CodeForm
from app.accounts.passwords import accept
from app.accounts.rules import MANAGER, USER, Refused, Step, Why
from app.accounts.service_sessions import Opened, Sessions
from app.accounts.service_sign_in import In, SignIn, Way
from app.accounts.sessions import device_cookie, enter
from app.accounts.views import (
    PENDING,
    Page,
    back_to_step,
    bp,
    choose_page,
    hand_over,
    make_code,
    send_first_code,
    take_up,
    way,
)
from app.web.behalf import MINE
from app.web.context import runtime
from app.web.guards import public
from app.web.requests import client_address
from app.web.texts import gettext as _


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
        form.nieuw_wachtwoord, found.chooser, role=found.chooser.role
    ):
        return choose_page(form, found.chooser), 422
    hashed = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    with runtime().transaction() as db:
        token = SignIn.of(db, runtime()).hold(session[PENDING], hashed)
    if token is None:
        return back_to_step(way())
    take_up(token, role=found.chooser.role)
    saved = texts.addressed(
        found.chooser.role,
        _("Uw wachtwoord is opgeslagen. Het geldt zodra u de code hebt ingevuld."),
        _("Je wachtwoord is opgeslagen. Het geldt zodra je de code hebt ingevuld."),
    )
    flash(saved, "ok")
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
    return _welcome(came, opened, found.chooser.role)


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
        sent = texts.addressed(
            found.chooser.role,
            _("We stuurden u een nieuwe code."),
            _("We stuurden je een nieuwe code."),
        )
        flash(sent, "ok")
    return redirect(url_for(".code"), 303)


def _code_page(form: CodeForm, found: Way) -> str:
    is_user = found.chooser.role == USER
    return render_template(
        "accounts/my_code.html" if is_user else "accounts/code.html",
        form=form,
        called_je=found.chooser.role != MANAGER,
        say=partial(texts.addressed, found.chooser.role),
        phone_tail=found.phone_tail,
        valid_until=found.code_until,
        sms_failed=found.sms_failed,
    )


def _refuse(form: CodeForm, refused: Refused) -> Page:
    found = way()
    if found is None or refused.why is Why.OVER:
        return back_to_step(found)
    form.code.errors = [
        texts.code_refusal(refused, now=runtime().clock(), role=found.chooser.role)
    ]
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


def _welcome(came: In, opened: Opened | None, role: str) -> Response:
    """In, under a new id, on the very page that was asked; after a reset not yet in."""
    if opened is None:
        session.clear()
        saved = texts.addressed(
            role,
            _("Uw wachtwoord is opgeslagen. Meld u nu aan."),
            _("Je wachtwoord is opgeslagen. Meld je nu aan."),
        )
        flash(saved, "ok")
        page = ".my_sign_in" if role == USER else ".sign_in"
        return redirect(url_for(page), 303)
    response = enter(opened, came.account_id, came.next_path)
    if role == USER:
        session[MINE] = True
    return response
