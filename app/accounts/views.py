"""Signing in and out; what the later steps share: who is on the way, and the SMS."""

from collections.abc import Callable
from functools import partial

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import rules, texts
from app.accounts.forms import ChooseForm, SignInForm
from app.accounts.rules import Refused, Step, Why
from app.accounts.service_admission import Admission, Origin, is_right, renewed
from app.accounts.service_codes import Code
from app.accounts.service_sessions import Sessions
from app.accounts.service_sign_in import Chooser, SignIn, Way
from app.accounts.sessions import device_cookie
from app.kernel.errors import Throttled
from app.web.behalf import MINE
from app.web.context import runtime
from app.web.guards import own_path, public, role
from app.web.requests import client_address, network_of
from app.web.texts import gettext as _
from notifier import SendFailed, Sms

bp = Blueprint("accounts", __name__)

PENDING = "pending"
Page = Response | str | tuple[str, int]


@bp.get("/aanmelden")
@public
def sign_in() -> Page:
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("verder")), 303)
    return _sign_in_page(SignInForm())


@bp.post("/aanmelden")
@public
def sign_in_post() -> Page:
    return typed(SignInForm(), _sign_in_page)


def typed(form: SignInForm, page: Callable[[SignInForm], str]) -> Page:
    """What follows from a typed login and password, on whichever page they stood."""
    if not form.validate_on_submit():
        return page(form), 422
    with runtime().transaction() as db:
        admitted = Admission.of(db, runtime()).admit(form.login.data, origin())
    if isinstance(admitted, Refused):
        return _refuse(form, admitted, page)
    right = is_right(
        runtime().passwords, runtime().keyring, admitted, form.wachtwoord.data
    )
    anew = (
        renewed(runtime().passwords, admitted, form.wachtwoord.data) if right else None
    )
    next_path = own_path(request.args.get("verder"))
    with runtime().transaction() as db:
        signing_in = SignIn.of(db, runtime())
        passed = signing_in.password(admitted, right=right, next_path=next_path)
        if anew:
            signing_in.own.renew(admitted, anew)
    if isinstance(passed, Refused):
        return _refuse(form, passed, page)
    take_up(passed.token, role=passed.role)
    if passed.step is Step.CHOOSE:
        return redirect(url_for(".choose_password"), 303)
    return send_first_code()


@bp.post("/aanmelden/verlengen")
@role("person")
def stay() -> Response:
    """They say that they are still here: fifteen minutes more."""
    with runtime().transaction() as db:
        Sessions.of(db, runtime()).seen(current_user.session_id)
    return Response(status=204)


@bp.post("/afmelden")
@public
def sign_out() -> Page:
    seat = getattr(current_user, "session_id", None)
    is_user = getattr(current_user, "role", "") == rules.USER
    with runtime().transaction() as db:
        if seat is not None:
            Sessions.of(db, runtime()).end(seat)
        SignIn.of(db, runtime()).leave(session.get(PENDING, ""))
    logout_user()
    session.clear()
    flash(_("Je bent afgemeld.") if is_user else _("U bent afgemeld."), "ok")
    response = redirect(url_for(".my_sign_in" if is_user else ".sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def origin() -> Origin:
    """From where this request comes, as the throttles see it."""
    device = request.cookies.get(device_cookie(), "")
    return Origin(network_of(client_address()), device)


def seconds_of(refused: Refused) -> int:
    """How long to wait, for Retry-After."""
    now = runtime().clock()
    return max(1, round(((refused.until or now) - now).total_seconds()))


def take_up(token: str, *, role: str) -> None:
    """Carry a sign-in in this browser, under a cookie that was not there before."""
    session.clear()
    session[PENDING] = token
    if role == rules.USER:
        session[MINE] = True


def beginning() -> str:
    """Where signing in began, also once nobody is on the way any more."""
    return ".my_sign_in" if session.get(MINE) else ".sign_in"


def way() -> Way | None:
    """Who is on the way in with this browser, if anybody still is."""
    token = session.get(PENDING)
    if not token:
        return None
    with runtime().reading() as db:
        return SignIn.of(db, runtime()).way(token)


def back_to_step(found: Way | None) -> Response:
    """To where this sign-in really is; without one to its beginning.

    The cookie stays as it is: a second click may come after the first one got in.
    """
    if found is None:
        return redirect(url_for(beginning()), 303)
    step = ".choose_password" if found.step is Step.CHOOSE else ".code"
    return redirect(url_for(step), 303)


def send_first_code() -> Response:
    """To the page of the code; whether it could be sent, the page tells."""
    made = make_code()
    if isinstance(made, Response):
        return made
    hand_over(made)
    return redirect(url_for(".code"), 303)


def make_code() -> Code | Response:
    """A code, committed and yet to be sent; or where to go without one."""
    with runtime().transaction() as db:
        made = SignIn.of(db, runtime()).send_code(session[PENDING])
    if not isinstance(made, Refused):
        return made
    reader = rules.USER if session.get(MINE) else rules.MANAGER
    if made.why in {Why.CODES_SPENT, Why.OVER}:
        session.pop(PENDING)
        anew = texts.addressed(
            reader,
            _("Meld u opnieuw aan om een nieuwe code te krijgen."),
            _("Meld je opnieuw aan om een nieuwe code te krijgen."),
        )
        flash(anew, "warn")
        return redirect(url_for(beginning()), 303)
    flash(texts.resend_refusal(made, now=runtime().clock(), role=reader), "warn")
    return redirect(url_for(".code"), 303)


def hand_over(made: Code) -> bool:
    """Give the code to the carrier; when it will not, the code counts for nothing."""
    text = runtime().letters.sms(
        "code",
        code=made.digits,
        until=made.until,
        host=runtime().settings.host,
        mine=made.is_mine,
    )
    try:
        runtime().sms.send(Sms(to=made.mobile, text=text))
    except SendFailed as failed:
        if not failed.uncertain:
            with runtime().transaction() as db:
                SignIn.of(db, runtime()).codes.failed(made.id)
        return False
    return True


def choose_page(form: ChooseForm, chooser: Chooser, *, reset: bool = False) -> str:
    is_user = chooser.role == rules.USER
    return render_template(
        "accounts/my_choose.html" if is_user else "accounts/choose_password.html",
        form=form,
        called_je=chooser.role != rules.MANAGER,
        say=partial(texts.addressed, chooser.role),
        reset=reset,
        login=chooser.login,
        shortest=rules.shortest_password(chooser.role),
    )


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        site=runtime().settings.base_url,
        next_given="verder" in request.args,
    )


def _refuse(
    form: SignInForm, refused: Refused, page: Callable[[SignInForm], str]
) -> Page:
    sentence = texts.refusal(refused, now=runtime().clock(), role=form.reader)
    if refused.why is Why.CROWD:
        raise Throttled(sentence, after=seconds_of(refused))
    form.form_errors.append(sentence)
    response = make_response(page(form), 401)
    if refused.why is Why.PAUSE:
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds_of(refused))
    return response
