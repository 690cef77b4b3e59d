"""'Wachtwoord vergeten?' and the mailed link; looking at a link changes nothing."""

from flask import render_template, request

from app.accounts.forms import ChooseForm, ForgotForm, MyForgotForm
from app.accounts.passwords import accept
from app.accounts.service_reset import Resets
from app.accounts.views import (
    Page,
    bp,
    choose_page,
    origin,
    seconds_of,
    send_first_code,
    take_up,
)
from app.kernel.errors import Throttled
from app.web.context import runtime
from app.web.guards import public


@bp.get("/wachtwoord-vergeten")
@public
def forgot() -> Page:
    return _forgot_page(_forgot_form(), sent=False)


@bp.post("/wachtwoord-vergeten")
@public
def forgot_post() -> Page:
    form = _forgot_form()
    if not form.validate_on_submit():
        return _forgot_page(form, sent=False), 422
    with runtime().transaction() as db:
        refused = Resets.of(db, runtime()).ask(form.login.data, origin().network)
    if refused:
        raise Throttled(after=seconds_of(refused))
    return _forgot_page(form, sent=True)


@bp.get("/wachtwoord-herstellen/<token>")
@public
def reset(token: str) -> Page:
    with runtime().reading() as db:
        opening = Resets.of(db, runtime()).opening(token)
    if opening is None:
        return _dead(token)
    return choose_page(ChooseForm(), opening, reset=True)


@bp.post("/wachtwoord-herstellen/<token>")
@public
def reset_post(token: str) -> Page:
    form = ChooseForm()
    with runtime().reading() as db:
        opening = Resets.of(db, runtime()).opening(token)
    if opening is None:
        return _dead(token)
    if not form.validate_on_submit() or not accept(
        form.nieuw_wachtwoord, opening, role=opening.role
    ):
        return choose_page(form, opening, reset=True), 422
    hashed = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    with runtime().transaction() as db:
        pending = Resets.of(db, runtime()).use(token, hashed)
    if pending is None:
        return _dead(token)
    take_up(pending, role=opening.role)
    return send_first_code()


def _is_mine() -> bool:
    """Whether they came from Mijn Fluvius, where the login is an e-mail address."""
    return request.args.get("voor") == "mijn-fluvius"


def _forgot_form() -> ForgotForm:
    return MyForgotForm() if _is_mine() else ForgotForm()


def _forgot_page(form: ForgotForm, *, sent: bool) -> str:
    page = "accounts/my_forgot.html" if _is_mine() else "accounts/forgot.html"
    return render_template(page, form=form, sent=sent)


def _dead(token: str) -> tuple[str, int]:
    """The way to a new link, as its reader knows the house."""
    with runtime().reading() as db:
        is_user = Resets.of(db, runtime()).is_of_user(token)
    return render_template("accounts/reset_dead.html", my_fluvius=is_user), 410
