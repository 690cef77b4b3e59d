"""Another channel: the API asked for by a contract of its own, or left at once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from app.contracts.acting import Page, for_organisation
from app.contracts.rules import Channel, may_ask_api, may_leave_api
from app.contracts.service import Actor, Contract
from app.contracts.service_change import Changes
from app.contracts.texts import CHANNELS
from app.contracts.views import current, offer
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _
from app.web.texts import ngettext

bp = Blueprint("change", __name__, url_prefix="/diensten/kanaal")


@bp.get("/")
@role("user")
@for_organisation
def index(actor: Actor) -> Page:
    return _page(actor)


@bp.post("/")
@role("user")
@for_organisation
def change(actor: Actor) -> Page:
    asked = request.form.get("kanaal", "")
    if asked == Channel.API:
        return _ask_api(actor)
    if asked == Channel.PORTAL:
        return _leave_api(actor)
    return _page(actor, wrong=_("Kies hoe je de meetgegevens wil raadplegen.")), 422


def _ask_api(actor: Actor) -> Page:
    with runtime().transaction() as db:
        asked = Changes.of(db, runtime()).ask_api(actor)
    if asked.document is None:
        offer(actor, asked, Channel.API)
    return redirect(url_for("becoming.go_on"), 303)


def _leave_api(actor: Actor) -> Page:
    with runtime().transaction() as db:
        ended = Changes.of(db, runtime()).leave_api(actor)
    flash(_("De API staat uit. Je raadpleegt de meetgegevens via Mijn Fluvius."), "ok")
    if ended:
        flash(_told_of(ended), "ok")
    return redirect(url_for("services.index"), 303)


def _told_of(ended: int) -> str:
    return ngettext(
        "%(num)d API-client is beëindigd.", "%(num)d API-clients zijn beëindigd.", ended
    )


def _page(actor: Actor, *, wrong: str = "") -> str:
    with runtime().reading() as db:
        changes = Changes.of(db, runtime())
        held, clients = changes.held(actor), changes.clients(actor)
    asked = current(actor)
    return render_template(
        "contracts/change.html",
        card=actor.card,
        contract=held,
        asked=_asked(asked),
        clients=clients,
        may_ask=may_ask_api(held.state, held.channel),
        may_leave=may_leave_api(held.state, held.channel),
        channels=CHANNELS,
        wrong=wrong,
    )


def _asked(found: Contract | None) -> Contract | None:
    """The request beside what stands, if one is on its way."""
    return found if found and found.is_change else None
