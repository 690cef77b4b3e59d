"""The pages of the band: whichever there are, for whoever may open them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.web.guards import EVERYBODY
from app.web.texts import lazy_gettext as _

STAFF_PAGES = (
    ("/beheer/", _("Werkvoorraad")),
    ("/beheer/leveringen/nieuw", _("Nieuwe levering")),
    ("/beheer/leveringen/", _("Leveringen")),
    ("/beheer/gemeenschappen/", _("Gemeenschappen")),
    ("/beheer/contracten/", _("Contracten")),
    ("/beheer/berichten/", _("Berichten")),
    ("/beheer/auditlog", _("Auditlog")),
)


USER_PAGES = (
    ("/organisatie/", _("Home")),
    ("/verbruik/", _("Verbruik")),
    ("/poortbeheer/", _("Poortbeheer")),
    ("/diensten/", _("Diensten")),
    ("/klantgegevens/", _("Overzicht klantgegevens")),
)


@dataclass(frozen=True)
class BandPage:
    """A word of the navigation."""

    label: str
    path: str
    current: bool


def staff_pages() -> list[BandPage]:
    """What stands in the band above every page of a colleague."""
    return _pages(STAFF_PAGES)


def user_pages() -> list[BandPage]:
    """The same in Mijn Fluvius: whichever of its parts there are."""
    return _pages(USER_PAGES)


def opens(path: str) -> bool:
    """Whether there is such a page for who is in: a link leads nowhere else."""
    site = current_app.create_url_adapter(request)
    return site is not None and _is_open(site, path)


def _pages(known: Sequence[tuple[str, str]]) -> list[BandPage]:
    open_ = [(path, label) for path, label in known if opens(path)]
    around = [path for path, _label in open_ if request.path.startswith(path)]
    here = max(around, key=len, default="")
    return [BandPage(str(label), path, path == here) for path, label in open_]


def _is_open(site: MapAdapter, path: str) -> bool:
    """Whether there is such a page, and its guard lets this role through."""
    try:
        endpoint, _values = site.match(path, method="GET")
    except HTTPException:
        return False
    guard = getattr(current_app.view_functions[endpoint], "__guard__", None)
    return guard == EVERYBODY or current_user.role in (guard or ())
