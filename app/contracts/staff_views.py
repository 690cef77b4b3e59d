"""Contracts for colleagues: what waits, each with its paper, and the decision."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.contracts.acting import Page
from app.contracts.rules import Party, State, may_step, needs_reason
from app.contracts.service_desk import ContractDesk, Dossier
from app.contracts.sign_views import as_attachment
from app.contracts.texts import CHANNELS, STATES, doubt_of
from app.kernel.errors import Invalid
from app.web.asked import typed
from app.web.context import runtime
from app.web.guards import ADMIN, role
from app.web.pager import Pager, Pill, address
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext

bp = Blueprint("contracts", __name__, url_prefix="/beheer/contracten")
A_PAGE = 50
LISTED = (State.SIGNED, State.ACTIVE, State.SUSPENDED, State.REFUSED, State.ENDED)
VERBS = {
    State.ACTIVE: lazy_gettext("Goedkeuren"),
    State.REFUSED: lazy_gettext("Weigeren"),
    State.SUSPENDED: lazy_gettext("Schorsen"),
    State.ENDED: lazy_gettext("Beëindigen"),
}


@bp.get("/")
@role("staff")
def index() -> Page:
    asked = typed(request.args, "stand") or State.SIGNED
    state = State(asked) if asked in set(State) else None
    with runtime().reading() as db:
        desk = ContractDesk.of(db, runtime())
        pager = Pager.of(
            request.args.get("pagina", ""),
            desk.count(state),
            {"stand": asked},
            size=A_PAGE,
        )
        found = desk.page(state, start=pager.start, limit=A_PAGE)
        pills = [
            Pill(
                str(STATES[known]),
                address({"stand": known}),
                known is state,
                desk.count(known),
            )
            for known in LISTED
        ]
    return render_template(
        "contracts/staff/index.html",
        contracts=found,
        pager=pager,
        pills=pills,
        states=STATES,
        channels=CHANNELS,
    )


@bp.get("/<id:contract_id>")
@role("staff")
def show(contract_id: str) -> Page:
    return _page(contract_id)


@bp.get("/<id:contract_id>/getekend.pdf")
@role("admin")
def paper(contract_id: str) -> Response:
    with runtime().transaction() as db:
        desk = ContractDesk.of(db, runtime())
        found, content = desk.paper(contract_id, by=current_user.login)
    return as_attachment(content, found)


@bp.post("/<id:contract_id>/beslissen")
@role("admin")
def decide(contract_id: str) -> Page:
    asked = request.form.get("besluit", "")
    if asked not in VERBS:
        return _page(contract_id, wrong=_("Kies wat er met dit contract gebeurt.")), 422
    try:
        with runtime().transaction() as db:
            ContractDesk.of(db, runtime()).decide(
                contract_id,
                State(asked),
                by=current_user.login,
                seen=request.form.get("gezien", ""),
                reason=request.form.get("reden", ""),
            )
    except Invalid as unexplained:
        return _page(contract_id, wrong=unexplained.sentence), 422
    flash(_("Je besluit is bewaard; de organisatie krijgt een e-mail."), "ok")
    return redirect(url_for(".show", contract_id=contract_id), 303)


def _page(contract_id: str, *, wrong: str = "") -> str:
    with runtime().reading() as db:
        dossier = ContractDesk.of(db, runtime()).dossier(contract_id)
    return render_template(
        "contracts/staff/show.html",
        dossier=dossier,
        contract=dossier.contract,
        decisions=_decisions(dossier),
        reason=request.form.get("reden", ""),
        wrong=wrong,
        doubt=doubt_of(dossier.contract.doubt),
        states=STATES,
        channels=CHANNELS,
    )


def _decisions(dossier: Dossier) -> list[tuple[State, str, bool]]:
    """What a colleague may do with it now: the step, its verb, whether to say why."""
    if current_user.role not in ADMIN:
        return []
    return [
        (end, str(verb), needs_reason(end, by=Party.STAFF))
        for end, verb in VERBS.items()
        if may_step(dossier.contract.state, end, by=Party.STAFF)
    ]
