"""Overzicht klantgegevens: what customers share with a provider; nothing yet."""

from flask import Blueprint, render_template

from app.contracts.acting import Page, for_organisation
from app.contracts.service import Actor
from app.contracts.service_card import ServiceCards
from app.web.context import runtime
from app.web.guards import role

bp = Blueprint("customers", __name__, url_prefix="/klantgegevens")


@bp.get("/")
@role("user")
@for_organisation
def index(actor: Actor) -> Page:
    """Empty for a provider, since no customer can give a mandate here yet."""
    with runtime().reading() as db:
        card = ServiceCards(db, runtime()).card(actor.card)
    return render_template(
        "contracts/customers.html",
        card=actor.card,
        contract=card.held.contract if card.held else None,
        why=card.why,
    )
