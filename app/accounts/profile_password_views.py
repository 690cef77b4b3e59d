"""Changing the own password, then the code by SMS; a number waits for one too."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from app.accounts import rules, texts
from app.accounts.forms import ChangeForm, CodeForm
from app.accounts.passwords import accept
from app.accounts.proof import has_password, no_password, proven, unproven
from app.accounts.rules import Refused, Why
from app.accounts.service_admission import Admitted
from app.accounts.service_change import Changing
from app.accounts.service_codes import Code
from app.accounts.service_sign_in import Chooser, Way
from app.accounts.sessions import Visitor
from app.accounts.views import Page, bp, hand_over
from app.passwords import Hashed
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _

PASSWORD, NUMBER = "wachtwoord", "gsm-nummer"
BEGINS = {PASSWORD: ".change_password", NUMBER: ".change_mobile"}
WHAT = f"<any('{PASSWORD}', '{NUMBER}'):what>"


@bp.get("/profiel/wachtwoord")
@role("person")
def change_password() -> Page:
    return _password_page(ChangeForm()) if has_password() else no_password()


@bp.post("/profiel/wachtwoord")
@role("person")
def change_password_post() -> Page:
    if not has_password():
        return no_password()
    form = ChangeForm()
    if not form.validate_on_submit() or not _is_acceptable(form):
        return _password_page(form), 422
    admitted = proven(form)
    if isinstance(admitted, Refused):
        return unproven(form, admitted, _password_page)
    held = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    begun = begin_change(admitted, held)
    if isinstance(begun, Refused):
        return unproven(form, begun, _password_page)
    return begun


def begin_change(admitted: Admitted, held: Hashed | str) -> Response | Refused:
    """Hold back a new password or number, and send the code that lets it count."""
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        refused = changing.begin(admitted, held)
    return refused or _send_code(NUMBER if isinstance(held, str) else PASSWORD)


@bp.get(f"/profiel/{WHAT}/code")
@role("person")
def change_code(what: str) -> Page:
    found = _way(what)
    if found is None:
        return redirect(url_for(BEGINS[what]), 303)
    return _code_page(CodeForm(), found, what)


@bp.post(f"/profiel/{WHAT}/code")
@role("person")
def change_code_post(what: str) -> Page:
    found, form = _way(what), CodeForm()
    if found is None:  # a second click comes after the first one made the change
        return redirect(url_for(".profile"), 303)
    if not form.validate_on_submit():
        return _code_page(form, found, what), 422
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        token = changing.code("".join(form.code.data.split()))
    if isinstance(token, Refused):
        return _refuse_code(form, token, what)
    changed = texts.changed(what == NUMBER, role=current_user.role)
    login_user(Visitor(token, current_user.account_id))
    flash(changed, "ok")
    return redirect(url_for(".profile"), 303)


@bp.post(f"/profiel/{WHAT}/code/opnieuw")
@role("person")
def change_resend(what: str) -> Page:
    if _way(what) is None:
        return redirect(url_for(".profile"), 303)
    made = _make_code(what)
    if isinstance(made, Response):
        return made
    if hand_over(made):
        sent = texts.addressed(
            current_user.role,
            _("We stuurden u een nieuwe code."),
            _("We stuurden je een nieuwe code."),
        )
        flash(sent, "ok")
    return redirect(url_for(".change_code", what=what), 303)


def _way(what: str) -> Way | None:
    """That change, if this session has begun it and it still waits for its code."""
    with runtime().reading() as db:
        found = Changing.of(db, runtime(), seat=current_user.session_id).way()
    return found if found and found.is_to_new_number == (what == NUMBER) else None


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


def _send_code(what: str) -> Response:
    """To the page of the code; whether it could be sent, the page tells."""
    made = _make_code(what)
    if isinstance(made, Response):
        return made
    hand_over(made)
    return redirect(url_for(".change_code", what=what), 303)


def _make_code(what: str) -> Code | Response:
    """A code, committed and yet to be sent; or where to go without one."""
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime(), seat=current_user.session_id)
        made = changing.send_code()
    if not isinstance(made, Refused):
        return made
    if made.why in {Why.CODES_SPENT, Why.OVER}:
        flash(texts.anew(what == NUMBER), "warn")
        return redirect(url_for(BEGINS[what]), 303)
    now = runtime().clock()
    flash(texts.resend_refusal(made, now=now, role=current_user.role), "warn")
    return redirect(url_for(".change_code", what=what), 303)


def _password_page(form: ChangeForm) -> str:
    return render_template(
        "accounts/profile_password.html",
        form=form,
        login=current_user.login,
        shortest=rules.shortest_password(current_user.role),
        say=partial(texts.addressed, current_user.role),
    )


def _code_page(form: CodeForm, found: Way, what: str) -> str:
    return render_template(
        "accounts/profile_code.html",
        form=form,
        what=what,
        phone_tail=found.phone_tail,
        valid_until=found.code_until,
        sms_failed=found.sms_failed,
        say=partial(texts.addressed, current_user.role),
    )


def _refuse_code(form: CodeForm, refused: Refused, what: str) -> Page:
    found = _way(what)
    if found is None or refused.why is Why.OVER:
        return redirect(url_for(".profile"), 303)
    sentence = texts.code_refusal(
        refused, now=runtime().clock(), role=current_user.role
    )
    form.code.errors = [sentence]
    return _code_page(form, found, what), 401
