"""Machines of a provider: made, renewed, ended; a secret is on one page, once."""

from flask import Blueprint, flash, redirect, render_template, url_for

from app.contracts.acting import Page, for_organisation
from app.contracts.forms import ClientForm
from app.contracts.service import Actor
from app.contracts.service_clients import ApiClients, Made
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _

bp = Blueprint("clients", __name__, url_prefix="/diensten/api")


@bp.get("/")
@role("user")
@for_organisation
def index(actor: Actor) -> Page:
    return _page(actor, ClientForm())


@bp.post("/")
@role("user")
@for_organisation
def make(actor: Actor) -> Page:
    form = ClientForm()
    if not form.validate_on_submit():
        return _page(actor, form), 422
    with runtime().transaction() as db:
        made = ApiClients.of(db, runtime()).make(actor, form.naam.data)
    return _page(actor, ClientForm(formdata=None), made=made)


@bp.post("/<client_id>/vernieuwen")
@role("user")
@for_organisation
def renew(actor: Actor, client_id: str) -> Page:
    with runtime().transaction() as db:
        made = ApiClients.of(db, runtime()).renew(actor, client_id)
    return _page(actor, ClientForm(formdata=None), made=made)


@bp.post("/<client_id>/beeindigen")
@role("user")
@for_organisation
def end(actor: Actor, client_id: str) -> Page:
    with runtime().transaction() as db:
        ApiClients.of(db, runtime()).end(actor, client_id)
    flash(_("De API-client is beëindigd."), "ok")
    return redirect(url_for(".index"), 303)


def _page(actor: Actor, form: ClientForm, *, made: Made | None = None) -> str:
    with runtime().reading() as db:
        known = ApiClients.of(db, runtime()).known(actor)
    return render_template(
        "contracts/clients.html", card=actor.card, form=form, clients=known, made=made
    )
