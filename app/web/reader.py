"""Who reads a page: of Mijn Fluvius or of the file drop, and called je or u."""

from flask import g, request, session
from flask_login import current_user

from app.web.behalf import ACTING, MINE
from app.web.guards import STAFF, USER

MIJN_FLUVIUS = (
    "/organisatie/",
    "/dienstverlener-worden/",
    "/diensten/",
    "/klantgegevens/",
    "/poortbeheer/",
    "/verbruik/",
    "/registreren/",
    "/aanmelden/mijn-fluvius/",
    "/aanmelden/bij/",
    "/aanmelden/terug/",
)


def is_of_mijn_fluvius(*, ask: bool = True) -> bool:
    """Whether the reader knows us as Mijn Fluvius; do not ask in a house on fire."""
    role = _role(ask=ask)
    if role:
        return role in USER
    if {ACTING, MINE} & set(session) or request.args.get("voor") == "mijn-fluvius":
        return True
    return f"{request.path}/".startswith(MIJN_FLUVIUS)


def is_called_je(*, ask: bool = True) -> bool:
    """Whether the reader is called je; whoever we do not know is u."""
    return _role(ask=ask) in STAFF or is_of_mijn_fluvius(ask=ask)


def _role(*, ask: bool) -> str:
    """What the reader is, none for a guest; unless we ask, only if somebody did."""
    person: object = current_user if ask else g.get("_login_user")
    role: str = getattr(person, "role", "")
    return role
