"""Last days in somebody's own calendar: once as a file, or kept up to date."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
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


@bp.get("/bestanden/agenda")
@role("manager")
def index() -> str:
    return _page()


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
def renew() -> str:
    """A new address: on this page and no other, so in no cookie and in no address."""
    with runtime().transaction() as db:
        token = Agenda.of(db, runtime()).renew(current_user.account_id)
    return _page(f"{runtime().settings.base_url}{url_for('.feed', token=token)}")


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


def _page(address: str = "") -> str:
    with runtime().reading() as db:
        feed = Agenda.of(db, runtime()).feed(current_user.account_id)
    webcal = f"webcal://{address.partition('://')[2]}" if address else ""
    return render_template(
        "filedrop/agenda.html", feed=feed, address=address, webcal=webcal
    )


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
