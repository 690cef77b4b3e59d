"""The headers of every answer, errors included."""

from flask import Flask, request
from werkzeug.wrappers import Response

from app.web.context import runtime

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
# somebody's letter inside a page of ours: it is looked at, and can do nothing
LOOKED_AT = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=()",
}
HSTS = "max-age=63072000; includeSubDomains"
A_YEAR = "public, max-age=31536000, immutable"  # its address changes with its content

ASK_AGAIN = "private, no-cache"  # kept by who got it, and asked before each use


def init_app(app: Flask) -> None:
    app.after_request(add)


def framing(response: Response) -> Response:
    """Let this one page show another of ours in a frame."""
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def framed(response: Response) -> Response:
    """Let pages of ours show this one in a frame, where it runs and fetches nothing."""
    response.headers["Content-Security-Policy"] = LOOKED_AT
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if runtime().settings.is_https:
        response.headers["Strict-Transport-Security"] = HSTS
    if response.headers.get("Cache-Control") != ASK_AGAIN:
        response.headers["Cache-Control"] = A_YEAR if _lasts(response) else "no-store"
    return response


def _lasts(response: Response) -> bool:
    """Whether it is a static file under its versioned address, and no error."""
    found = response.status_code in {200, 304}
    return found and request.endpoint == "static" and "v" in request.args
