"""Mijn EAN-lijst: of who is in, or of the organisation that they act for."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.connections.forms import EanForm
from app.connections.rules import Added
from app.connections.service import EanLists, Keeper
from app.connections.texts import refusal
from app.kernel.ean import Ean
from app.organisations.service import Organisations
from app.web.behalf import acts_for, acts_for_oneself
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _

bp = Blueprint("connections", __name__, url_prefix="/poortbeheer")
Page = Response | str | tuple[str, int]


@bp.get("/")
@role("user")
def index() -> Page:
    return _page(_keeper(), EanForm())


@bp.post("/")
@role("user")
def add() -> Page:
    keeper, form = _keeper(), EanForm()
    if not form.validate_on_submit():
        return _page(keeper, form), 422
    ean = Ean.parse(form.ean.data)
    with runtime().transaction() as db:
        added = EanLists.of(db, runtime()).add(keeper, ean)
    if added is not Added.NOW:
        form.ean.errors = [refusal(added)]
        return _page(keeper, form), 422
    flash(_("EAN-code %(ean)s staat in je lijst.", ean=ean.masked), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:entry_id>/verwijderen")
@role("user")
def remove(entry_id: int) -> Page:
    keeper = _keeper()
    with runtime().transaction() as db:
        EanLists.of(db, runtime()).remove(keeper, entry_id)
    flash(_("De EAN-code staat niet meer in je lijst."), "ok")
    return redirect(url_for(".index"), 303)


def _keeper() -> Keeper:
    """Whose list this session looks at; asked anew at each request."""
    who = current_user
    with runtime().reading() as db:
        card = Organisations.of(db, runtime()).acting(who.session_id, who.account_id)
    if card:
        acts_for(card.kbo.digits, card.name)
    else:
        acts_for_oneself()
    return Keeper(who.account_id, who.login, card)


def _page(keeper: Keeper, form: EanForm) -> str:
    with runtime().reading() as db:
        entries = EanLists.of(db, runtime()).entries(keeper)
    return render_template(
        "connections/index.html", keeper=keeper, form=form, entries=entries
    )
