"""Becoming a provider: what it is, the contract, the channel; back without loss."""

from pathlib import Path

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)

from app.contracts import document
from app.contracts.acting import Page, for_organisation, to_manage
from app.contracts.rules import Channel, State
from app.contracts.service import Actor, Contract, Contracts
from app.contracts.service_papers import put_away, taken_back
from app.contracts.texts import CHANNELS, HINTS
from app.kernel.errors import NotFound
from app.web.context import runtime
from app.web.guards import public, role
from app.web.texts import gettext as _

bp = Blueprint("becoming", __name__, url_prefix="/dienstverlener-worden")
WHERE = {
    State.REQUESTED: ".channel",
    State.TO_SIGN: "signing.sign",
    State.SIGNED: "signing.handed_in",
    State.ACTIVE: "services.index",
    State.SUSPENDED: "services.index",
}
OPEN = (State.REQUESTED, State.TO_SIGN)


@bp.get("/")
@public
def index() -> Page:
    """What a provider is, to who does not know yet whether to become one."""
    tariffs = runtime().settings.contracts.tariffs_url
    return render_template("contracts/index.html", tariffs=tariffs)


@bp.get("/aanvraag")
@role("user")
@for_organisation
def go_on(actor: Actor) -> Page:
    """Where the request stands; who made none yet begins."""
    found = current(actor)
    return redirect(url_for(WHERE[found.state] if found else ".contract"), 303)


@bp.get("/contract")
@role("user")
@for_organisation
def contract(actor: Actor) -> Page:
    return _step(
        "contract",
        actor,
        current(actor),
        tariffs=runtime().settings.contracts.tariffs_url,
    )


@bp.post("/contract")
@role("user")
@for_organisation
def begin(actor: Actor) -> Page:
    with runtime().transaction() as db:
        Contracts.of(db, runtime()).request(actor)
    return redirect(url_for(".channel"), 303)


@bp.get("/kanaal")
@role("user")
@to_manage
def channel(actor: Actor) -> Page:
    found = current(actor)
    if found is None or found.state not in OPEN:
        return redirect(url_for(".go_on"), 303)
    if found.is_change:
        return redirect(url_for("change.index"), 303)
    return _channel_page(actor, found)


@bp.post("/kanaal")
@role("user")
@for_organisation
def choose(actor: Actor) -> Page:
    found = running(actor)
    if found.state not in OPEN:
        return redirect(url_for(".go_on"), 303)
    asked = request.form.get("kanaal", "")
    if asked not in set(Channel):
        wrong = _("Kies hoe je de meetgegevens wil raadplegen.")
        return _channel_page(actor, found, wrong=wrong), 422
    if found.state is not State.TO_SIGN or found.channel != asked:
        offer(actor, found, Channel(asked))
    return redirect(url_for("signing.sign"), 303)


@bp.get("/annuleren")
@role("user")
@to_manage
def cancel(actor: Actor) -> Page:
    found = current(actor)
    if found is None or not found.state.is_running:
        return redirect(url_for("services.index"), 303)
    return _step("cancel", actor, found)


@bp.post("/annuleren")
@role("user")
@for_organisation
def cancelled(actor: Actor) -> Page:
    with runtime().transaction() as db:
        Contracts.of(db, runtime()).cancel(actor)
    flash(_("Je aanvraag is geannuleerd. Er is niets aangerekend."), "ok")
    return redirect(url_for("services.index"), 303)


def current(actor: Actor) -> Contract | None:
    with runtime().reading() as db:
        return Contracts.of(db, runtime()).current(actor.card.id)


def running(actor: Actor) -> Contract:
    """The request on its way; NotFound when there is none."""
    found = current(actor)
    if found is None or not found.state.is_running:
        raise NotFound
    return found


def offer(actor: Actor, found: Contract, channel: Channel) -> None:
    """Set the contract, put it away, then say that it is there."""
    settings = runtime().settings
    house = Path(str(current_app.template_folder)) / document.OURS
    template = settings.contracts.template or house
    set_ = document.made(
        template,
        found,
        channel,
        operator=settings.operator_name,
        zone=settings.timezone,
        at=runtime().clock(),
    )
    paper = put_away(runtime(), runtime().signatures.prepare(set_))
    with runtime().transaction() as db, taken_back(runtime(), paper):
        version = document.version_of(template)
        contracts = Contracts.of(db, runtime())
        contracts.offer(actor, channel, paper, version=version, number=found.number)


def _channel_page(actor: Actor, found: Contract, *, wrong: str = "") -> str:
    return _step("channel", actor, found, channels=CHANNELS, hints=HINTS, wrong=wrong)


def _step(name: str, actor: Actor, found: Contract | None, **values: object) -> str:
    return render_template(
        f"contracts/{name}.html", contract=found, card=actor.card, **values
    )
