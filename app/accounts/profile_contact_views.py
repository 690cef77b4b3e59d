"""Another address or number for a user of Mijn Fluvius: proven before it counts."""

from flask import render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import Field

from app.accounts.forms import EmailForm, MobileForm
from app.accounts.profile_password_views import begin_change
from app.accounts.proof import has_password, no_password, proven, unproven
from app.accounts.rules import Refused
from app.accounts.service import Accounts, Person
from app.accounts.service_register import Registrations
from app.accounts.views import Page, bp
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _


@bp.get("/profiel/e-mailadres")
@role("user")
def change_email() -> Page:
    return _email_page(EmailForm()) if has_password() else no_password()


@bp.post("/profiel/e-mailadres")
@role("user")
def change_email_post() -> Page:
    if not has_password():
        return no_password()
    form = EmailForm()
    if not form.validate_on_submit() or not _is_new(form.email, _me().email):
        return _email_page(form), 422
    admitted = proven(form)
    if isinstance(admitted, Refused):
        return unproven(form, admitted, _email_page)
    with runtime().transaction() as db:
        refused = Registrations.of(db, runtime()).move(admitted, form.email.data)
    if refused:
        return unproven(form, refused, _email_page)
    return render_template(
        "accounts/register_sent.html",
        email=form.email.data,
        next_path=url_for(".profile"),
        moves=True,
    )


@bp.get("/profiel/gsm-nummer")
@role("user")
def change_mobile() -> Page:
    return _mobile_page(MobileForm()) if has_password() else no_password()


@bp.post("/profiel/gsm-nummer")
@role("user")
def change_mobile_post() -> Page:
    if not has_password():
        return no_password()
    form = MobileForm()
    if not form.validate_on_submit() or not _is_new(form.gsm, _me().mobile):
        return _mobile_page(form), 422
    admitted = proven(form)
    if isinstance(admitted, Refused):
        return unproven(form, admitted, _mobile_page)
    refused = begin_change(admitted, form.gsm.data)
    if isinstance(refused, Refused):
        return unproven(form, refused, _mobile_page)
    return refused


def _me() -> Person:
    account_id = current_user.account_id
    with runtime().reading() as db:
        return Accounts.of(db, runtime()).people([account_id])[account_id]


def _is_new(field: Field, present: str) -> bool:
    """Whether it is another one; if not, the field says so."""
    if field.data != present:
        return True
    field.errors = [*field.errors, _("Dat is het al. Vul een ander in.")]
    return False


def _email_page(form: FlaskForm) -> str:
    return render_template("accounts/profile_email.html", form=form)


def _mobile_page(form: FlaskForm) -> str:
    return render_template("accounts/profile_mobile.html", form=form)
