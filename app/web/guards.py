"""Closed unless opened: who may use a view stands on the view itself."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, flash, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.kernel.errors import Forbidden
from app.web.behalf import ACTING, MINE
from app.web.texts import gettext as _

V = TypeVar("V", bound=Callable[..., object])

UPLOADER = frozenset({"uploader", "releaser", "admin"})
RELEASER = frozenset({"releaser", "admin"})
ADMIN = frozenset({"admin"})
AUDITOR = frozenset({"auditor", "admin"})
STAFF = UPLOADER | AUDITOR
MANAGER = frozenset({"manager"})
USER = frozenset({"user"})
EVERYBODY: frozenset[str] = frozenset()
MACHINES = "/api/"  # a script reads a status, not a page
# a second slash or a backslash would let a browser read another host in it
OWN = re.compile(r"/(?![/\\])[^\\]{0,1999}")
GROUPS = {
    "manager": MANAGER,
    "uploader": UPLOADER,
    "releaser": RELEASER,
    "admin": ADMIN,
    "auditor": AUDITOR,
    "staff": STAFF,
    "user": USER,
    "person": MANAGER | STAFF | USER,
}


def public(view: V) -> V:
    """Open to whoever comes."""
    view.__guard__ = EVERYBODY  # type: ignore[attr-defined]
    return view


def role(group: str) -> Callable[[V], V]:
    """Open to who is signed in and of that group; each group is told above."""

    def mark(view: V) -> V:
        view.__guard__ = GROUPS[group]  # type: ignore[attr-defined]
        return view

    return mark


def resumes(path: Callable[[], str]) -> Callable[[V], V]:
    """A form that came after the session was over: the page that has its choices."""

    def mark(view: V) -> V:
        view.__resume__ = path  # type: ignore[attr-defined]
        return view

    return mark


def own_path(text: str | None) -> str:
    """A path of this site that a person may be sent on to; anything else is home."""
    is_own = OWN.fullmatch(text or "") and str(text).isprintable()
    return str(text) if is_own else "/"


def init_app(app: Flask) -> None:
    app.before_request(_check)


def _check() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    guard: frozenset[str] | None = getattr(view, "__guard__", None)
    if guard is None:
        raise Forbidden
    if guard == EVERYBODY:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in(view)
    if current_user.role not in guard:
        raise Forbidden
    return None


def _to_sign_in(view: Callable[..., object]) -> Response:
    """To the sign-in page, and afterwards back to the very page that was asked."""
    if request.path.startswith(MACHINES):
        abort(401)
    guard: frozenset[str] = view.__guard__  # type: ignore[attr-defined]
    is_mine = guard == USER or bool(
        {ACTING, MINE} & set(session)
    )  # also of a page that is everybody's
    if "_user_id" in session:
        session.clear()
        flash(_away(is_mine=is_mine), "warn")
    is_look = request.method in {"GET", "HEAD"}
    resume: Callable[[], str] = getattr(view, "__resume__", lambda: "/")
    asked = request.full_path.rstrip("?") if is_look else own_path(resume())
    page = "accounts.my_sign_in" if is_mine else "accounts.sign_in"
    return redirect(url_for(page, verder=asked), 303)


def _away(*, is_mine: bool) -> str:
    """That they are out, in the form of the page's readers."""
    if is_mine:
        return _(
            "Je bent afgemeld. Meld je opnieuw aan, je keert terug naar dezelfde "
            "pagina."
        )
    return _("U bent afgemeld. Meld u opnieuw aan, u keert terug naar dezelfde pagina.")
