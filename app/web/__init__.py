"""What every page has: guards, headers, CSRF, locale, error pages, one log line."""

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from app.kernel import words
from app.runtime import Runtime
from app.web import context, csrf, errors, guards, headers, pages, reasons, requests
from app.web.asked import LARGEST_ROW

FORM_LIMIT = 1_000_000


class PublicId(BaseConverter):
    """128 random bits in an address; anything else is no address of ours."""

    regex = "[A-Za-z0-9_-]{22}"


class RowNumber(IntegerConverter):
    """A number that a row can have; a larger one is no address of ours either."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ROW)


def init_app(app: Flask, runtime: Runtime) -> None:
    """Hang the house's own behaviour on the app, before any room."""
    app.extensions[context.KEY] = runtime
    app.url_map.converters["id"] = PublicId
    app.url_map.converters["int"] = RowNumber
    app.config.update(_config(runtime))
    app.jinja_env.undefined = StrictUndefined  # a missing value is a fault, not a gap
    app.jinja_env.filters.update(words.filters(runtime.settings.timezone))
    app.jinja_env.filters["reden"] = reasons.reason_of
    app.context_processor(context.values)
    Babel(app, default_locale="nl", default_timezone=str(runtime.settings.timezone))
    requests.init_app(app)
    guards.init_app(app)
    csrf.protect.init_app(app)  # after the guards: it reads the body to find the token
    headers.init_app(app)
    errors.init_app(app)
    app.register_blueprint(pages.bp)


def _config(runtime: Runtime) -> dict[str, object]:
    https, host = runtime.settings.is_https, runtime.settings.hostname
    loopback = [] if https else ["127.0.0.1", "localhost"]
    return {
        "SECRET_KEY": runtime.settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-sid" if https else "sid",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        "TRUSTED_HOSTS": [host, *loopback],
        "MAX_CONTENT_LENGTH": FORM_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "WTF_CSRF_TIME_LIMIT": None,  # it lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # we send no Referer; SameSite and token do
        "TEMPLATES_AUTO_RELOAD": False,
    }
