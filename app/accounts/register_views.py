"""A Fluvius account beside eID or itsme: phone, e-mail address and password."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.accounts.forms import RegisterForm
from app.accounts.passwords import accept
from app.accounts.proof import has_password
from app.accounts.rules import USER, shortest_password
from app.accounts.service_register import Registrations, Wanted
from app.accounts.views import Page, bp
from app.web.context import runtime
from app.web.guards import own_path, public, role
from app.web.texts import gettext as _


@bp.get("/registreren")
@role("user")
def register() -> Page:
    if has_password():
        return redirect(url_for(".profile"), 303)
    with runtime().reading() as db:
        told = Registrations.of(db, runtime()).told(current_user.account_id)
    return _page(RegisterForm(email=told))


@bp.post("/registreren")
@role("user")
def register_post() -> Page:
    if has_password():
        return redirect(url_for(".profile"), 303)
    form = RegisterForm()
    if not form.validate_on_submit() or not _accepts(form):
        return _page(form), 422
    hashed = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    wanted = Wanted(form.email.data, form.gsm.data, hashed)
    with runtime().transaction() as db:
        Registrations.of(db, runtime()).ask(current_user.account_id, wanted)
    return render_template(
        "accounts/register_sent.html", email=wanted.email, next_path=_next_path()
    )


@bp.get("/registreren/<token>")
@public
def confirm(token: str) -> Page:
    with runtime().reading() as db:
        opening = Registrations.of(db, runtime()).opening(token)
    if opening is None:
        return _dead()
    return render_template("accounts/confirm.html", opening=opening)


@bp.post("/registreren/<token>")
@public
def confirm_post(token: str) -> Page:
    with runtime().transaction() as db:
        is_confirmed = Registrations.of(db, runtime()).confirm(token)
    if not is_confirmed:
        return _dead()
    flash(
        _("Je e-mailadres is bevestigd. Je kan je er nu mee aanmelden."),
        "ok",
    )
    return redirect(url_for(".my_sign_in"), 303)


def _accepts(form: RegisterForm) -> bool:
    with runtime().reading() as db:
        registrations = Registrations.of(db, runtime())
        chooser = registrations.chooser(current_user.account_id, form.email.data)
    return accept(form.nieuw_wachtwoord, chooser, role=USER)


def _page(form: RegisterForm) -> str:
    return render_template(
        "accounts/register.html",
        form=form,
        shortest=shortest_password(USER),
        next_path=_next_path(),
    )


def _next_path() -> str:
    """Where they were going; who comes from the profile goes back there."""
    return own_path(request.args.get("verder", url_for(".profile")))


def _dead() -> tuple[str, int]:
    return render_template("accounts/confirm_dead.html"), 410
