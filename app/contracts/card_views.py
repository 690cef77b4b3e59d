"""Diensten: the contract and the API of an organisation, ending it, its wishes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.contracts import rules, wishes
from app.contracts.acting import Page, for_organisation, to_manage
from app.contracts.forms import WishForm
from app.contracts.service import Actor, Contract, Contracts
from app.contracts.service_card import ServiceCards
from app.contracts.service_judge import open_up
from app.contracts.sign_views import as_attachment
from app.contracts.texts import CHANNELS, STATES, Light, api_light_of, light_of
from app.contracts.wishes import Wish
from app.kernel.errors import NotFound
from app.kernel.words import local_date
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _

bp = Blueprint("services", __name__, url_prefix="/diensten")


@bp.get("/")
@role("user")
@for_organisation
def index(actor: Actor) -> Page:
    with runtime().reading() as db:
        card = ServiceCards(db, runtime()).card(actor.card)
    held = card.held.contract if card.held else None
    change = card.change.contract if card.change else None
    path = url_for("plan.show", kbo=actor.card.kbo.digits)
    settings = runtime().settings
    return render_template(
        "contracts/services.html",
        card=actor.card,
        contract=held,
        change=change,
        why=card.why,
        why_not=card.why_not,
        past=card.past,
        light=light_of(held.state) if held else None,
        api=_api_light(held, change) if held else None,
        states=STATES,
        channels=CHANNELS,
        plan_url=f"{settings.base_url}{path}",
        film=settings.contracts.film_url,
    )


@bp.get("/contract/<id:contract_id>.pdf")
@role("user")
@for_organisation
def paper(actor: Actor, contract_id: str) -> Response:
    """Any contract of theirs, however long ago it was signed."""
    with runtime().reading() as db:
        cards = ServiceCards(db, runtime())
        found, content = cards.paper(actor.card, contract_id)
    return as_attachment(open_up(runtime(), content), found)


@bp.get("/opzeggen")
@role("user")
@to_manage
def end(actor: Actor) -> Page:
    return _end_page(actor, _endable(actor))


@bp.post("/opzeggen")
@role("user")
@for_organisation
def ended(actor: Actor) -> Page:
    found = _endable(actor)
    if not rules.is_same_name(request.form.get("naam", ""), actor.card.name):
        wrong = _("Typ de naam van je organisatie precies over.")
        return _end_page(actor, found, wrong=wrong), 422
    with runtime().transaction() as db:
        Contracts.of(db, runtime()).end(actor)
    flash(_("Je datatoegangscontract is opgezegd."), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/voorkeur", methods=["GET", "POST"])
@role("user")
@to_manage
def wish(actor: Actor) -> Page:
    found = _active(actor)
    told = found.wish
    form = WishForm(detail=told.detail, vanaf=told.since, doel=told.purpose)
    if request.method == "GET":
        return _wish_page(actor, form)
    if not (form.validate_on_submit() and _is_in_reach(form)):
        return _wish_page(actor, form), 422
    wanted = Wish(form.detail.data or "", form.vanaf.data, form.doel.data or "")
    with runtime().transaction() as db:
        Contracts.of(db, runtime()).wish(actor, wanted)
    flash(_("Je voorkeur staat op het stappenplan."), "ok")
    return redirect(url_for(".index"), 303)


def _api_light(held: Contract, change: Contract | None) -> Light:
    is_asked = change is not None and change.state.is_running
    return api_light_of(held.state, has_api=held.has_api, is_asked=is_asked)


def _is_in_reach(form: WishForm) -> bool:
    today = local_date(runtime().clock(), runtime().settings.timezone)
    since = form.vanaf.data
    if since is None or wishes.may_ask_since(since, today=today):
        return True
    form.vanaf.errors = [_("Kies een dag van de voorbije drie jaar.")]
    return False


def _active(actor: Actor) -> Contract:
    """Theirs; NotFound unless it is active."""
    with runtime().reading() as db:
        found = Contracts.of(db, runtime()).standing(actor.card.id)
    if found is None or not rules.may_read(found.state):
        raise NotFound
    return found


def _endable(actor: Actor) -> Contract:
    with runtime().reading() as db:
        found = Contracts.of(db, runtime()).standing(actor.card.id)
    if found is None:
        raise NotFound
    return found


def _end_page(actor: Actor, found: Contract, *, wrong: str = "") -> str:
    return render_template(
        "contracts/end.html", card=actor.card, contract=found, wrong=wrong
    )


def _wish_page(actor: Actor, form: WishForm) -> str:
    return render_template("contracts/wish.html", card=actor.card, form=form)
