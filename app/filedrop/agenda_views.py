"""Last days in somebody's own calendar: once as a file, or kept up to date."""

from collections.abc import Iterable

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.agenda import MIMETYPE, LastDay, calendar
from app.filedrop.service_agenda import Agenda, Going
from app.filedrop.streams import disposition
from app.web.context import runtime
from app.web.guards import public, role
from app.web.headers import ASK_AGAIN
from app.web.texts import gettext as _
from app.web.texts import ngettext

bp = Blueprint("agenda", __name__)
MADE = "agenda"


@bp.get("/bestanden/agenda")
@role("manager")
def index() -> str:
    """Whether there is an address; which one, on the page after it was made."""
    with runtime().reading() as db:
        agenda, account_id = Agenda.of(db, runtime()), current_user.account_id
        feed = agenda.feed(account_id)
        token = agenda.carried(session.pop(MADE, ""), account_id)
    path = url_for(".feed", token=token) if token else ""
    settings = runtime().settings
    return render_template(
        "filedrop/agenda.html",
        feed=feed,
        address=f"{settings.base_url}{path}" if path else "",
        webcal=f"webcal://{settings.host}{path}" if path else "",
    )


@bp.get("/bestanden/vervaldata.ics")
@role("manager")
def once() -> Response:
    """The last days as they are now; nothing tells the program of later ones."""
    with runtime().reading() as db:
        going = Agenda.of(db, runtime()).going(current_user.account_id)
    response = _calendar(going)
    response.headers["Content-Disposition"] = disposition("vervaldata.ics")
    return response


@bp.post("/bestanden/agenda")
@role("manager")
def renew() -> Response:
    """A new address, for the next page and no other: the cookie has it sealed."""
    with runtime().transaction() as db:
        agenda = Agenda.of(db, runtime())
        session[MADE] = agenda.carry(agenda.renew(current_user.account_id))
    return redirect(url_for(".index"), 303)


@bp.post("/bestanden/agenda/stoppen")
@role("manager")
def stop() -> Response:
    with runtime().transaction() as db:
        Agenda.of(db, runtime()).stop(current_user.account_id)
    flash(_("Het adres werkt niet meer. Uw agenda wordt niet meer bijgewerkt."), "ok")
    return redirect(url_for(".index"), 303)


@bp.get("/agenda/<token>.ics")
@public
def feed(token: str) -> Response:
    """For the calendar that was given the address: who has it needs no other key."""
    with runtime().transaction() as db:
        going = Agenda.of(db, runtime()).fetch(token)
    response = _calendar(going)
    response.add_etag()
    response.headers["Cache-Control"] = ASK_AGAIN
    return response.make_conditional(request)


def _calendar(going: Iterable[Going]) -> Response:
    settings = runtime().settings
    url = f"{settings.base_url}{url_for('filedrop.index')}"
    days = [
        LastDay(
            uid=f"{one.uid}@{settings.hostname}",
            day=one.day,
            summary=ngettext(
                "Direct bestanden: %(num)d bestand beschikbaar tot vandaag",
                "Direct bestanden: %(num)d bestanden beschikbaar tot vandaag",
                one.count,
            ),
            url=url,
            revised_at=one.revised_at,
        )
        for one in going
    ]
    made = calendar(days, name=_("Direct bestanden"))
    return Response(made, content_type=f"{MIMETYPE}; charset=utf-8")
