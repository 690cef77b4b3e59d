"""CSRF: every form carries a token; a view that streams its body checks it itself."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import (
    CSRFError,
    ValidationError,
    generate_csrf,
    validate_csrf,
)

from app.web import behalf

V = TypeVar("V", bound=Callable[..., object])
FIELD, HEADER = "csrf_token", "X-CSRFToken"
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Protection(CSRFProtect):  # type: ignore[misc] # Flask-WTF has no types
    """That of Flask-WTF, whose tokens also say on whose behalf a form speaks."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals[FIELD] = token
        app.context_processor(lambda: {FIELD: token})

    def protect(self, *, apply_exemptions: bool = False) -> None:
        if request.method not in CHANGES or not request.endpoint:
            return
        if apply_exemptions and self._is_exempt():
            return
        check(request.form.get(FIELD) or request.headers.get(HEADER))
        g.csrf_valid = True  # a form of Flask-WTF need not look again


protect = Protection()


def streamed(view: V) -> V:
    """The view reads the body as it comes: it calls check before it keeps a byte."""
    protect.exempt(view)
    return view


def for_machines(view: V) -> V:
    """Who posts here shows a secret with each request, and never a cookie."""
    protect.exempt(view)
    return view


def token() -> str:
    """The token of this session, for a form or a script of ours."""
    return behalf.marked(generate_csrf())


def check(token: str | None) -> None:
    """CSRFError, answered as everywhere, unless the token is of this session.

    Conflict when it is, but of the page of another organisation.
    """
    bare, number = behalf.parted(token or "")
    try:
        validate_csrf(bare)
    except ValidationError as stale:
        raise CSRFError(str(stale)) from stale
    behalf.speaks_for(number)
