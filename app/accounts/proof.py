"""Who is in proves once more that it is them: by the password that they have."""

from collections.abc import Callable

from flask import make_response, redirect, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.accounts import texts
from app.accounts.rules import Refused, Why
from app.accounts.service_admission import Admission, Admitted, is_right
from app.accounts.service_register import Registrations
from app.accounts.views import Page, origin, seconds_of
from app.kernel.errors import Throttled
from app.web.context import runtime
from app.web.texts import gettext as _


def has_password() -> bool:
    """Whether there is one to prove it by: not for who comes by an issuer alone."""
    with runtime().reading() as db:
        return not Registrations.of(db, runtime()).is_open(current_user.account_id)


def no_password() -> Response:
    """To where they choose one, and say how they are reached."""
    return redirect(url_for("accounts.register"), 303)


def proven(form: FlaskForm) -> Admitted | Refused:
    """The current password was typed; each try is counted before it is compared."""
    with runtime().transaction() as db:
        admitted = Admission.of(db, runtime()).admit(current_user.login, origin())
    if isinstance(admitted, Refused):
        return admitted
    typed = form.huidig_wachtwoord.data
    right = is_right(runtime().passwords, runtime().keyring, admitted, typed)
    return admitted if right else Refused(Why.WRONG)


def unproven(
    form: FlaskForm, refused: Refused, page: Callable[[FlaskForm], str]
) -> Page:
    """The current password was wrong, or may not be tried now: nothing changes."""
    sentence = texts.refusal(refused, now=runtime().clock(), role=current_user.role)
    match refused.why:
        case Why.CROWD:
            raise Throttled(sentence, after=seconds_of(refused))
        case Why.WRONG:
            form.huidig_wachtwoord.errors = [_("Het huidige wachtwoord klopt niet.")]
        case _other:
            form.form_errors.append(sentence)
    response = make_response(page(form), 401)
    if refused.why is Why.PAUSE:
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds_of(refused))
    return response
