"""CSRF: every form carries a token; a view that streams its body checks it itself."""

from collections.abc import Callable
from typing import TypeVar

from flask_wtf import CSRFProtect
from flask_wtf.csrf import (
    CSRFError,
    ValidationError,
    generate_csrf,
    validate_csrf,
)

V = TypeVar("V", bound=Callable[..., object])

protect = CSRFProtect()


def streamed(view: V) -> V:
    """The view reads the body as it comes: it calls check before it keeps a byte."""
    protect.exempt(view)
    return view


def for_machines(view: V) -> V:
    """Who posts here shows a secret with each request, and never a cookie."""
    protect.exempt(view)
    return view


def token() -> str:
    """The token of this session, for a script of ours."""
    made: str = generate_csrf()
    return made


def check(token: str | None) -> None:
    """CSRFError, answered as everywhere, unless the token is of this session."""
    try:
        validate_csrf(token)
    except ValidationError as stale:
        raise CSRFError(str(stale)) from stale
