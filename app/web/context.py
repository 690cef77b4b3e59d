"""Typed access to what the factory hung on the app; what every template may use."""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import cast

from flask import Flask, current_app, g, url_for
from flask_login import current_user

from app.runtime import Runtime
from app.web.navigation import opens, staff_pages, user_pages
from app.web.reach import may_reach, shown_email, shown_mobile

KEY = "energiepost"
VERSIONS = "energiepost.static"


@dataclass(frozen=True)
class House:
    """Who runs this, and how to reach them."""

    operator: str
    helpline: str
    helpline_href: str
    host: str
    sender: str
    contract_mail: str


def runtime() -> Runtime:
    """The Runtime of the app that answers this request, and knows where it came from.

    Outside a request it is that of the command at the terminal.
    """
    return cast("Runtime", g.get(KEY) or current_app.extensions[KEY])


def comes_from(source: str) -> None:
    """What this request does comes from there, also what it does at its very end."""
    setattr(g, KEY, replace(runtime(), source=source))


def static(path: str) -> str:
    """A static file's address, which changes when the file does."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    versions = app.extensions.setdefault(VERSIONS, {})
    if path not in versions:
        versions[path] = _version(app, path)
    return url_for("static", filename=path, v=versions[path])


def house() -> House:
    """Who runs this, from the settings."""
    settings = runtime().settings
    number = settings.helpline.removeprefix("+32").removeprefix("0")
    digits = "".join(c for c in number if c.isdigit())
    return House(
        operator=settings.operator_name,
        helpline=settings.helpline,
        helpline_href=f"tel:+32{digits}",
        host=settings.host,
        sender=settings.mail_from,
        contract_mail=settings.contracts.mail,
    )


def values() -> dict[str, object]:
    """What every template may use."""
    # the proxy asks who is in when a template does: an error page never may
    return {
        "house": house(),
        "shown_at": runtime().clock,
        "static": static,
        "current_user": current_user,
        "opens": opens,
        "staff_pages": staff_pages,
        "user_pages": user_pages,
        "may_reach": may_reach,
        "shown_email": shown_email,
        "shown_mobile": shown_mobile,
    }


def _version(app: Flask, path: str) -> str:
    content = Path(app.static_folder or "", path).read_bytes()
    return sha256(content).hexdigest()[:10]
