"""The colleagues' pages: whichever there are, for whoever may open them."""

from dataclasses import dataclass

from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.web.texts import lazy_gettext as _

STAFF_PAGES = (
    ("/beheer/", _("Werkvoorraad")),
    ("/beheer/leveringen/nieuw", _("Nieuwe levering")),
    ("/beheer/leveringen/", _("Leveringen")),
    ("/beheer/gemeenschappen/", _("Gemeenschappen")),
    ("/beheer/berichten/", _("Berichten")),
    ("/beheer/auditlog", _("Auditlog")),
)


@dataclass(frozen=True)
class StaffPage:
    """A word of the navigation."""

    label: str
    path: str
    current: bool


def staff_pages() -> list[StaffPage]:
    """What stands in the band above every page of a colleague."""
    site = current_app.create_url_adapter(request)
    open_ = [
        (path, label) for path, label in STAFF_PAGES if site and _is_open(site, path)
    ]
    around = [path for path, _label in open_ if request.path.startswith(path)]
    here = max(around, key=len, default="")
    return [StaffPage(str(label), path, path == here) for path, label in open_]


def _is_open(site: MapAdapter, path: str) -> bool:
    """Whether there is such a page, and its guard lets this role through."""
    try:
        endpoint, _values = site.match(path, method="GET")
    except HTTPException:
        return False
    guard = getattr(current_app.view_functions[endpoint], "__guard__", ())
    return current_user.role in guard
