"""Changing the own password: the current and the new one, then the code by SMS."""

from functools import partial

from flask import flash, make_response, redirect, render_template, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from app.accounts import rules, texts
from app.accounts.forms import ChangeForm, CodeForm
from app.accounts.passwords import accept
from app.accounts.rules import Refused, Why
from app.accounts.service_admission import Admission, is_right
from app.accounts.service_change import Changing
from app.accounts.service_codes import Code
from app.accounts.service_sign_in import Chooser, Way
from app.accounts.sessions import Visitor
from app.accounts.views import Page, bp, hand_over, origin, seconds_of
from app.kernel.errors import Throttled
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _


@bp.get("/profiel/wachtwoord")
@role("person")
def change_password() -> Page:
    return _password_page(ChangeForm())


@bp.post("/profiel/wachtwoord")
@role("person")
def change_password_post() -> Page:
    form = ChangeForm()
    if not form.validate_on_submit() or not _is_acceptable(form):
        return _password_page(form), 422
    with runtime().transaction() as db:
        admitted = Admission.of(db, runtime()).admit(current_user.login, origin())
    if isinstance(admitted, Refused):
        return _refuse(form, admitted)
    typed = form.huidig_wachtwoord.data
    if not is_right(runtime().passwords, runtime().keyring, admitted, typed):
        return _refuse(form, Refused(Why.WRONG))
    held = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        refused = changing.begin(admitted, held)
    return _refuse(form, refused) if refused else _send_code()


@bp.get("/profiel/wachtwoord/code")
@role("person")
def change_code() -> Page:
    found = _way()
    if found is None:
        return redirect(url_for(".change_password"), 303)
    return _code_page(CodeForm(), found)


@bp.post("/profiel/wachtwoord/code")
@role("person")
def change_code_post() -> Page:
    found, form = _way(), CodeForm()
    if found is None:  # a second click comes after the first one made the change
        return redirect(url_for(".profile"), 303)
    if not form.validate_on_submit():
        return _code_page(form, found), 422
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        token = changing.code("".join(form.code.data.split()))
    if isinstance(token, Refused):
        return _refuse_code(form, token)
    changed = texts.addressed(
        current_user.role,
        _("Uw wachtwoord is gewijzigd. Op uw andere toestellen bent u afgemeld."),
        _("Je wachtwoord is gewijzigd. Op je andere toestellen ben je afgemeld."),
    )
    login_user(Visitor(token, current_user.account_id))
    flash(changed, "ok")
    return redirect(url_for(".profile"), 303)


@bp.post("/profiel/wachtwoord/code/opnieuw")
@role("person")
def change_resend() -> Page:
    if _way() is None:
        return redirect(url_for(".profile"), 303)
    made = _make_code()
    if isinstance(made, Response):
        return made
    if hand_over(made):
        sent = texts.addressed(
            current_user.role,
            _("We stuurden u een nieuwe code."),
            _("We stuurden je een nieuwe code."),
        )
        flash(sent, "ok")
    return redirect(url_for(".change_code"), 303)


def _way() -> Way | None:
    """The change that this session has begun, if it still waits for its code."""
    with runtime().reading() as db:
        return Changing.of(db, runtime(), seat=current_user.session_id).way()


def _chooser() -> Chooser:
    with runtime().reading() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        return changing.chooser(current_user.account_id)


def _is_acceptable(form: ChangeForm) -> bool:
    """Whether the new one will do, and is a new one at all."""
    new = form.nieuw_wachtwoord
    if not accept(new, _chooser(), role=current_user.role):
        return False
    if new.data != rules.normal(form.huidig_wachtwoord.data):
        return True
    new.errors = [*new.errors, _("Kies een ander wachtwoord dan het huidige.")]
    return False


def _send_code() -> Response:
    """To the page of the code; whether it could be sent, the page tells."""
    made = _make_code()
    if isinstance(made, Response):
        return made
    hand_over(made)
    return redirect(url_for(".change_code"), 303)


def _make_code() -> Code | Response:
    """A code, committed and yet to be sent; or where to go without one."""
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        made = changing.send_code()
    if not isinstance(made, Refused):
        return made
    if made.why in {Why.CODES_SPENT, Why.OVER}:
        anew = _("Vul beide wachtwoorden opnieuw in om een nieuwe code te krijgen.")
        flash(anew, "warn")
        return redirect(url_for(".change_password"), 303)
    now = runtime().clock()
    flash(texts.resend_refusal(made, now=now, role=current_user.role), "warn")
    return redirect(url_for(".change_code"), 303)


def _password_page(form: ChangeForm) -> str:
    return render_template(
        "accounts/profile_password.html",
        form=form,
        login=current_user.login,
        shortest=rules.shortest_password(current_user.role),
        say=partial(texts.addressed, current_user.role),
    )


def _code_page(form: CodeForm, found: Way) -> str:
    return render_template(
        "accounts/profile_code.html",
        form=form,
        phone_tail=found.phone_tail,
        valid_until=found.code_until,
        sms_failed=found.sms_failed,
        say=partial(texts.addressed, current_user.role),
    )


def _refuse(form: ChangeForm, refused: Refused) -> Page:
    """The current password was wrong, or may not be tried now: nothing changes."""
    sentence = texts.refusal(refused, now=runtime().clock(), role=current_user.role)
    match refused.why:
        case Why.CROWD:
            raise Throttled(sentence, after=seconds_of(refused))
        case Why.WRONG:
            form.huidig_wachtwoord.errors = [_("Het huidige wachtwoord klopt niet.")]
        case _other:
            form.form_errors.append(sentence)
    response = make_response(_password_page(form), 401)
    if refused.why is Why.PAUSE:
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds_of(refused))
    return response


def _refuse_code(form: CodeForm, refused: Refused) -> Page:
    found = _way()
    if found is None or refused.why is Why.OVER:
        return redirect(url_for(".profile"), 303)
    sentence = texts.code_refusal(
        refused, now=runtime().clock(), role=current_user.role
    )
    form.code.errors = [sentence]
    return _code_page(form, found), 401
