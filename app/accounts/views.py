"""Signing in and out: password, own password, code; each step is a page."""

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
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import texts
from app.accounts.forms import ChooseForm, CodeForm, SignInForm
from app.accounts.passwords import accept
from app.accounts.rules import Refused, Step, Why
from app.accounts.service_codes import Code
from app.accounts.service_sessions import Opened, Sessions
from app.accounts.service_sign_in import In, Origin, SignIn, Way, is_right
from app.accounts.sessions import Visitor
from app.kernel.errors import Throttled
from app.web.context import runtime
from app.web.guards import own_path, public
from app.web.requests import client_address, network_of
from app.web.texts import gettext as _
from notifier import SendFailed, Sms

bp = Blueprint("accounts", __name__)

PENDING, NO_SMS = "pending", "no_sms"
Page = Response | str | tuple[str, int]


@bp.get("/aanmelden")
@public
def sign_in() -> Page:
    given = request.args.get("verder")
    if current_user.is_authenticated:
        return redirect(own_path(given), 303)
    return _sign_in_page(SignInForm())


@bp.post("/aanmelden")
@public
def sign_in_post() -> Page:
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), 422
    with runtime().transaction() as db:
        admitted = SignIn.of(db, runtime()).admit(form.login.data, origin())
    if isinstance(admitted, Refused):
        return _refuse_sign_in(form, admitted)
    right = is_right(
        runtime().passwords, runtime().keyring, admitted, form.wachtwoord.data
    )
    next_path = own_path(request.args.get("verder"))
    with runtime().transaction() as db:
        passed = SignIn.of(db, runtime()).password(
            admitted, right=right, next_path=next_path
        )
    if isinstance(passed, Refused):
        return _refuse_sign_in(form, passed)
    session.clear()
    session[PENDING] = passed.token
    if passed.step is Step.CHOOSE:
        return redirect(url_for(".choose_password"), 303)
    return _to_code_page()


@bp.get("/aanmelden/wachtwoord")
@public
def choose_password() -> Page:
    way = _way()
    if way is None or way.step is not Step.CHOOSE:
        return _back_to_start(way)
    return _choose_page(ChooseForm())


@bp.post("/aanmelden/wachtwoord")
@public
def choose_password_post() -> Page:
    way, form = _way(), ChooseForm()
    if way is None or way.step is not Step.CHOOSE:
        return _back_to_start(way)
    if not form.validate_on_submit() or not accept(
        form.nieuw_wachtwoord, way.role, way.own_words, way.initial, way.initial_key
    ):
        return _choose_page(form), 422
    hashed = runtime().passwords.hash(form.nieuw_wachtwoord.data)
    with runtime().transaction() as db:
        held = SignIn.of(db, runtime()).hold(session[PENDING], hashed)
    if not held:
        return _back_to_start(None)
    flash(_("Uw wachtwoord is opgeslagen."), "ok")
    return _to_code_page()


@bp.get("/aanmelden/code")
@public
def code() -> Page:
    way = _way()
    if way is None or way.step is not Step.CODE:
        return _back_to_start(way)
    return _code_page(CodeForm(), way)


@bp.post("/aanmelden/code")
@public
def code_post() -> Page:
    way, form = _way(), CodeForm()
    if way is None or way.step is not Step.CODE:
        return _back_to_start(way)
    if not form.validate_on_submit():
        return _code_page(form, way), 422
    typed = "".join(form.code.data.split())
    with runtime().transaction() as db:
        came = SignIn.of(db, runtime()).code(session[PENDING], typed)
        opened = (
            None
            if isinstance(came, Refused)
            else _open(Sessions.of(db, runtime()), came)
        )
    if isinstance(came, Refused):
        form.code.errors = [texts.code_refusal(came, now=runtime().clock())]
        return _code_page(form, way), 401
    return _welcome(came, opened)


@bp.post("/aanmelden/code/opnieuw")
@public
def resend() -> Page:
    way = _way()
    if way is None or way.step is not Step.CODE:
        return _back_to_start(way)
    with runtime().transaction() as db:
        made = SignIn.of(db, runtime()).send_code(session[PENDING])
    if isinstance(made, Refused):
        return _refuse_resend(made)
    if _send(made):
        flash(_("We stuurden u een nieuwe code."), "ok")
    return redirect(url_for(".code"), 303)


@bp.post("/afmelden")
@public
def sign_out() -> Page:
    if current_user.is_authenticated:
        with runtime().transaction() as db:
            Sessions.of(db, runtime()).end(current_user.session_id)
        logout_user()
    session.clear()
    flash(_("U bent afgemeld."), "ok")
    response = redirect(url_for(".sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def start_code(token: str) -> Response:
    """Take up a pending sign-in in this browser, and send its code."""
    session.clear()
    session[PENDING] = token
    return _to_code_page()


def _way() -> Way | None:
    token = session.get(PENDING)
    if not token:
        return None
    with runtime().reading() as db:
        return SignIn.of(db, runtime()).way(token)


def _back_to_start(way: Way | None) -> Response:
    """To the step where this sign-in really is, or to its beginning."""
    if way is None:
        session.pop(PENDING, None)
        return redirect(url_for(".sign_in"), 303)
    step = ".choose_password" if way.step is Step.CHOOSE else ".code"
    return redirect(url_for(step), 303)


def origin() -> Origin:
    return Origin(network_of(client_address()), request.cookies.get(_device_name(), ""))


def _device_name() -> str:
    return "__Host-device" if runtime().settings.is_https else "device"


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        site=runtime().settings.base_url,
        next_given="verder" in request.args,
    )


def _refuse_sign_in(form: SignInForm, refused: Refused) -> Page:
    now = runtime().clock()
    sentence = texts.refusal(refused, now=now)
    if refused.why is Why.CROWD:
        raise Throttled(sentence, after=seconds_of(refused))
    form.form_errors.append(sentence)
    response = make_response(_sign_in_page(form))
    response.status_code = 429 if refused.why is Why.PAUSE else 401
    if refused.why is Why.PAUSE:
        response.headers["Retry-After"] = str(seconds_of(refused))
    return response


def seconds_of(refused: Refused) -> int:
    until = refused.until or runtime().clock()
    return max(1, round((until - runtime().clock()).total_seconds()))


def _choose_page(form: ChooseForm) -> str:
    return render_template("accounts/choose_password.html", form=form, reset=False)


def _code_page(form: CodeForm, way: Way) -> str:
    return render_template(
        "accounts/code.html",
        form=form,
        phone_tail=way.phone_tail,
        valid_until=way.code_until,
        sms_failed=way.code_until is None,
    )


def _to_code_page() -> Response:
    """Make the first code, commit, send it; whatever happens, the page tells."""
    with runtime().transaction() as db:
        made = SignIn.of(db, runtime()).send_code(session[PENDING])
    if isinstance(made, Refused):
        return _refuse_resend(made)
    _send(made)
    return redirect(url_for(".code"), 303)


def _refuse_resend(refused: Refused) -> Response:
    """Too many, or too soon; after the last one the password is asked again."""
    if refused.why in {Why.CODES_SPENT, Why.OVER}:
        session.pop(PENDING, None)
        flash(_("Meld u opnieuw aan om een nieuwe code te krijgen."), "warn")
        return redirect(url_for(".sign_in"), 303)
    flash(texts.resend_refusal(refused, now=runtime().clock()), "warn")
    return redirect(url_for(".code"), 303)


def _send(made: Code) -> bool:
    """Hand the code to the carrier; when it will not, the code counts for nothing."""
    settings = runtime().settings
    text = runtime().letters.sms(
        "code", code=made.digits, until=made.until, host=settings.host
    )
    try:
        runtime().sms.send(Sms(to=made.mobile, text=text))
    except SendFailed as failed:
        if not failed.uncertain:
            with runtime().transaction() as db:
                SignIn.of(db, runtime()).codes.failed(made.id)
        return False
    return True


def _open(sessions: Sessions, came: In) -> Opened | None:
    if came.is_reset:
        return None
    return sessions.open(
        came.account_id,
        address=client_address(),
        agent=request.user_agent.string,
        device=request.cookies.get(_device_name(), ""),
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
        _device_name(),
        opened.device,
        max_age=400 * 24 * 3600,
        secure=runtime().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response
