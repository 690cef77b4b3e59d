"""Flask-Login over server-side sessions: the cookie carries a token, no more."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Response, g, redirect, session
from flask_login import LoginManager, UserMixin, login_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.rules import IDLE, SEEN_EVERY
from app.accounts.service_sessions import Opened, Sessions, SignedIn
from app.runtime import Runtime
from app.web.context import runtime as here

DEVICE_LIFETIME = 400 * 24 * 3600  # browsers keep no cookie longer


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """Who is in, for Flask-Login; its id is the session's token."""

    token: str
    account_id: int
    session_id: int = 0
    role: str = ""
    login: str = ""
    name: str = ""
    previous_sign_in_at: object = None
    seconds_left: int = 0

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask, runtime: Runtime) -> None:
    manager = LoginManager()
    manager.session_protection = None  # a phone changes its address; rows protect
    manager.init_app(app, add_context_processor=False)  # app.web has it

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Visitor | None:
        with runtime.glance() as session:
            found = Sessions.of(session, runtime).current(token)
        if found is None:
            return None
        came_at = runtime.clock()
        g.came = found.session_id, came_at
        left = found.idle_until - came_at
        # a page to look at never waits for a delivery that is being written
        if found.seen_long_ago and runtime.attempt(
            lambda session: Sessions.of(session, runtime).seen(found.session_id)
        ):
            left = IDLE
        return _visitor(token, found, left)

    @app.after_request
    def stay(response: Response) -> Response:
        """Who sends for long was here all the while: idle counts from the end."""
        session_id, came_at = g.pop("came", (0, runtime.clock()))
        if runtime.clock() - came_at >= SEEN_EVERY:
            with runtime.transaction() as session:
                Sessions.of(session, runtime).seen(session_id)
        return response


def _visitor(token: str, found: SignedIn, left: timedelta) -> Visitor:
    return Visitor(
        token=token,
        account_id=found.account_id,
        session_id=found.session_id,
        role=found.role,
        login=found.login,
        name=found.name,
        previous_sign_in_at=found.previous_sign_in_at,
        seconds_left=int(left.total_seconds()),
    )


def device_cookie() -> str:
    return "__Host-device" if here().settings.is_https else "device"


def enter(opened: Opened, account_id: int, next_path: str) -> AnyResponse:
    """In, under a new id, on the very page that was asked."""
    session.clear()
    login_user(Visitor(opened.token, account_id))
    response = redirect(next_path, 303)
    response.set_cookie(
        device_cookie(),
        opened.device,
        max_age=DEVICE_LIFETIME,
        secure=here().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response
