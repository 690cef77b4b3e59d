"""The house's own addresses: home, its statements, whether it lives and is ready."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.web.context import house, runtime
from app.web.guards import MANAGER, USER, public, role

bp = Blueprint("pages", __name__)

STATED_ON = date(2026, 11, 21)
TRUE_FOR = timedelta(days=180)


@bp.get("/")
@role("person")
def home() -> Response:
    pages = {
        **dict.fromkeys(MANAGER, "filedrop"),
        **dict.fromkeys(USER, "organisations"),
    }
    return redirect(url_for(f"{pages.get(current_user.role, 'desk')}.index"), 303)


@bp.get("/hulp")
@role("person")
def assistance() -> str:
    """What people ask most: each role its own, and colleagues any of them."""
    settings = runtime().settings
    return render_template(
        f"web/{_help_of(current_user.role, request.args.get('voor', ''))}.html",
        days=settings.retention_days,
        initial_days=settings.initial_password_days,
    )


def _help_of(role: str, asked: str) -> str:
    if role in USER:
        return "help_mine"
    if role in MANAGER:
        return "help"
    others = {"beheerders": "help", "dienstverleners": "help_mine"}
    return others.get(asked, "help_staff")


@bp.get("/toegankelijkheid")
@public
def accessibility() -> str:
    """How accessible this site is, in the parts of the Flemish model."""
    return render_template(
        "web/accessibility.html", site=runtime().settings.base_url, made_on=STATED_ON
    )


@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell of a leak, as RFC 9116 has it; never out of date."""
    until = (runtime().clock() + TRUE_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {house().helpline_href}",
        f"Expires: {until}",
        "Preferred-Languages: nl, en",
        f"Canonical: {runtime().settings.base_url}{url_for('.security')}",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@bp.get("/health/live")
@public
def live() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.get("/health/ready")
@public
def ready() -> Response:
    """200 when database, keys and blobs answer; else 503 and which does not."""
    checks = {
        "database": runtime().database.answers(),
        "keys": _answers(runtime().keys.days),
        "blobs": _answers(lambda: next(iter(runtime().blobs.keys()), None)),
    }
    lines = "".join(
        f"{name} {'ok' if ok else 'fails'}\n" for name, ok in checks.items()
    )
    status = 200 if all(checks.values()) else 503
    return Response(lines, status, mimetype="text/plain")


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001 - whatever it is, it is not ready
        return False
    return True
