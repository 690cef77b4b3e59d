"""The house's own addresses: home, and whether it lives and is ready."""

from collections.abc import Callable

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.web.context import runtime
from app.web.guards import MANAGER, public, role

bp = Blueprint("pages", __name__)


@bp.get("/")
@role("person")
def home() -> Response:
    is_manager = current_user.role in MANAGER
    return redirect(url_for("filedrop.index" if is_manager else "desk.index"), 303)


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
