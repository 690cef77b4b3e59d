"""One handler speaks for all errors: a page with a sentence and a reference."""

import errno
import logging

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    SecurityError,
)
from werkzeug.wrappers import Response

from app.kernel.errors import AppError, Busy, Throttled
from app.web.context import runtime
from app.web.reader import is_called_je, is_of_mijn_fluvius
from app.web.requests import reference
from app.web.texts import gettext as _

log = logging.getLogger("energiepost.web")
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def init_app(app: Flask) -> None:
    app.register_error_handler(AppError, _refuse)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int, sentence: str = "", *, after: int | None = None) -> Response:
    """The error page of a status, with the house's own sentence unless one is given."""
    # a fault of the house itself must not need the house to be shown
    can_ask = status < InternalServerError.code
    je, mine = is_called_je(ask=can_ask), is_of_mijn_fluvius(ask=can_ask)
    title, usual = {**_texts(), **(_je() if je else {})}.get(status, _wrong())
    if status == Busy.status and after is not None:  # the page says how long
        usual = _("Wij werken aan het platform.")
    body = render_template(
        "errors/error.html",
        status=status,
        title=title,
        sentence=sentence or usual,
        reference=reference(),
        mine=mine,
        called_je=je,
        retry_after=after,
    )
    response = Response(body, status, mimetype="text/html")
    if after is not None:
        response.headers["Retry-After"] = str(after)
    return response


def _refuse(error: AppError) -> Response:
    after = error.after if isinstance(error, Throttled | Busy) else None
    return page(error.status, error.sentence, after=after)


def _stale_form(_error: CSRFError) -> Response:
    return page(
        400,
        _(
            "Deze pagina was te oud om te versturen. "
            "Ga terug, laad ze opnieuw en probeer nog eens."
        ),
    )


def _http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):  # no host of ours, so no page of ours
        return Response("400 Bad Request\n", 400, mimetype="text/plain")
    if isinstance(error, InternalServerError) and error.original_exception:
        return _unforeseen(error.original_exception)  # an error page that failed
    response = page(error.code or 500)  # Flask itself passes on those without
    if allowed := error.get_response().headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _unforeseen(error: BaseException) -> Response:
    log.error("%s %s", reference(), type(error).__name__, exc_info=error)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return page(507)
    if meant := runtime().meaning(error):
        return _refuse(meant)
    return page(500)


def _wrong() -> tuple[str, str]:
    return _("Er ging iets mis"), _("Er ging iets mis. Probeer het opnieuw.")


def _je() -> dict[int, tuple[str, str]]:
    """What sounds otherwise to colleagues and in Mijn Fluvius."""
    return {
        401: (_("Afgemeld"), _("Je bent afgemeld. Meld je opnieuw aan.")),
        403: (_("Geen toegang"), _("Met dit account mag je dat niet.")),
        429: (
            _("Te veel pogingen"),
            _("Te veel pogingen. Wat je bewaarde, blijft gewoon staan."),
        ),
        500: (
            _("Er ging iets mis"),
            _("Er ging iets mis. Probeer opnieuw. Wat je bewaarde, is veilig."),
        ),
    }


def _texts() -> dict[int, tuple[str, str]]:
    return {
        400: (
            _("Deze aanvraag klopt niet"),
            _("We konden deze aanvraag niet lezen. Ga terug en probeer opnieuw."),
        ),
        401: (_("Afgemeld"), _("U bent afgemeld. Meld u opnieuw aan.")),
        403: (_("Geen toegang"), _("Deze login heeft geen toegang tot deze pagina.")),
        404: (_("Pagina niet gevonden"), _("Deze pagina bestaat niet (meer).")),
        405: (_("Dat kan hier niet"), _("Deze pagina bestaat niet (meer).")),
        409: (_("Dat gaat nu niet"), _("Dit is intussen gewijzigd. Kijk opnieuw.")),
        410: (
            _("Niet meer beschikbaar"),
            _("Dit is intussen verwijderd."),
        ),
        413: (_("Te groot"), _("Dit is te groot om te versturen.")),
        422: (_("Niet aanvaard"), _("Dit kunnen we zo niet aanvaarden.")),
        429: (
            _("Te veel pogingen"),
            _("Te veel pogingen. Uw bestanden blijven intussen gewoon staan."),
        ),
        500: (
            _("Er ging iets mis"),
            _("Er ging iets mis. Probeer opnieuw. Uw bestanden zijn veilig."),
        ),
        503: (
            _("Even niet beschikbaar"),
            _("Wij werken aan het platform. Probeer over enkele minuten opnieuw."),
        ),
        507: (
            _("Geen plaats meer"),
            _("Er is geen plaats meer op het platform. Er is niets half bewaard."),
        ),
    }
