"""Machines of a provider: made, renewed, ended; a secret is on one page, once."""

from flask import Blueprint, flash, redirect, render_template, url_for

from app.contracts.acting import Page, for_organisation
from app.contracts.forms import BY_KEY, BY_SECRET, ClientForm, ProofForm
from app.contracts.keys import PublicKey, UnfitKey, read_key
from app.contracts.service import Actor
from app.contracts.service_clients import MOST, ApiClients, Made
from app.kernel.errors import Conflict
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
    key, is_right = _checked(form)
    if not is_right:
        return _page(actor, form), 422
    try:
        with runtime().transaction() as db:
            made = ApiClients.of(db, runtime()).make(actor, form.naam.data, key)
    except Conflict as refused:
        form.naam.errors = [refused.sentence]
        return _page(actor, form), 409
    return _made_page(actor, made)


@bp.get("/<client_id>/")
@role("user")
@for_organisation
def show(actor: Actor, client_id: str) -> Page:
    return _client_page(actor, client_id, ProofForm())


@bp.post("/<client_id>/vernieuwen")
@role("user")
@for_organisation
def renew(actor: Actor, client_id: str) -> Page:
    form = ProofForm()
    key, is_right = _checked(form)
    if not is_right:
        return _client_page(actor, client_id, form), 422
    with runtime().transaction() as db:
        made = ApiClients.of(db, runtime()).renew(actor, client_id, key)
    return _made_page(actor, made)


@bp.post("/<client_id>/beeindigen")
@role("user")
@for_organisation
def end(actor: Actor, client_id: str) -> Page:
    with runtime().transaction() as db:
        ApiClients.of(db, runtime()).end(actor, client_id)
    flash(_("De API-client is beëindigd."), "ok")
    return redirect(url_for(".index"), 303)


def _checked(form: ProofForm) -> tuple[PublicKey | None, bool]:
    """The key that was given, none with a secret; and whether all of it is right."""
    is_right = form.validate_on_submit()
    pasted = form.sleutel.data or ""
    if form.manier.data != BY_KEY and not pasted.strip():
        return None, is_right
    try:
        key = read_key(pasted)
    except UnfitKey as unfit:
        form.sleutel.errors = [*form.sleutel.errors, str(unfit)]
        form.sleutel.data = ""  # nobody knows what it is: not on a page once more
        return None, False
    if form.manier.data == BY_SECRET:
        form.manier.errors = [
            _("Je plakte ook een sleutel: kies een sleutelpaar, of maak dat veld leeg.")
        ]
        return None, False
    return key, is_right


def _page(actor: Actor, form: ClientForm) -> str:
    with runtime().reading() as db:
        known = ApiClients.of(db, runtime()).known(actor)
    return render_template(
        "contracts/clients.html",
        card=actor.card,
        form=form,
        clients=known,
        is_full=len(known) >= MOST,
    )


def _client_page(actor: Actor, client_id: str, form: ProofForm) -> str:
    with runtime().reading() as db:
        client = ApiClients.of(db, runtime()).one(actor, client_id)
    return render_template(
        "contracts/client.html", card=actor.card, form=form, client=client
    )


def _made_page(actor: Actor, made: Made) -> str:
    """The only page that ever shows this secret."""
    return render_template("contracts/client_made.html", card=actor.card, made=made)
