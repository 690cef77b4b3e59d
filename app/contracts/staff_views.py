"""Contracts for colleagues: what waits, each with its paper, and the decision."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.contracts.acting import Page
from app.contracts.rules import State, checks_of
from app.contracts.service_desk import ContractDesk
from app.contracts.service_dossier import Dossier
from app.contracts.service_judge import open_up
from app.contracts.service_steps import OVERTAKEN
from app.contracts.sign_views import as_attachment
from app.contracts.staff_forms import Decision, decisions
from app.contracts.texts import (
    BADGES,
    CHANNELS,
    CHECKS,
    LETTERS,
    SENDERS,
    STATES,
    doubt_of,
)
from app.kernel.errors import Conflict
from app.web.asked import typed
from app.web.context import runtime
from app.web.guards import ADMIN, AUDITOR, role
from app.web.pager import Pager, Pill, address
from app.web.texts import gettext as _

bp = Blueprint("contracts", __name__, url_prefix="/beheer/contracten")
A_PAGE, ALL = 50, "alle"


@dataclass(frozen=True)
class Sieve:
    """Which contracts somebody asks to see."""

    state: State | None
    query: str

    @classmethod
    def asked(cls) -> "Sieve":
        """What waits for us, unless they ask otherwise; a search looks in all."""
        stand, query = typed(request.args, "stand"), typed(request.args, "zoek")
        if stand in set(State):
            return cls(State(stand), query)
        return cls(None if stand == ALL or query else State.SIGNED, query)

    @property
    def values(self) -> dict[str, str]:
        return {"stand": self.state or ALL, "zoek": self.query}


@bp.get("/")
@role("staff")
def index() -> Page:
    sieve = Sieve.asked()
    with runtime().reading() as db:
        desk = ContractDesk.of(db, runtime())
        counts = desk.counts(sieve.query)
        total = counts.get(sieve.state, 0) if sieve.state else sum(counts.values())
        asked = request.args.get("pagina", "")
        pager = Pager.of(asked, total, sieve.values, size=A_PAGE)
        found = desk.page(sieve.state, sieve.query, start=pager.start, limit=A_PAGE)
    return render_template(
        "contracts/staff/index.html",
        contracts=found,
        pager=pager,
        pills=_pills(sieve, counts),
        sieve=sieve,
        senders=SENDERS,
        states=STATES,
        badges=BADGES,
        channels=CHANNELS,
    )


@bp.get("/<id:contract_id>")
@role("staff")
def show(contract_id: str) -> Page:
    return _page(_dossier(contract_id))


@bp.get("/<id:contract_id>/getekend.pdf")
@role("auditor")
def paper(contract_id: str) -> Response:
    with runtime().reading() as db:
        content = ContractDesk.of(db, runtime()).paper(contract_id)
    opened = open_up(runtime(), content)
    with runtime().transaction() as db:
        found = ContractDesk.of(db, runtime()).looks(contract_id, by=current_user.login)
    return as_attachment(opened, found)


@bp.get("/<id:contract_id>/contract.pdf")
@role("auditor")
def original(contract_id: str) -> Response:
    with runtime().reading() as db:
        found, content = ContractDesk.of(db, runtime()).original(contract_id)
    return as_attachment(content, found)


@bp.post("/<id:contract_id>/beslissen")
@role("admin")
def decide(contract_id: str) -> Page:
    dossier, asked = _dossier(contract_id), Decision.posted(request.form)
    if asked.seen != dossier.contract.state:
        return _overtaken(dossier, asked, OVERTAKEN)
    if asked.wrong(dossier.contract):
        return _page(dossier, asked), 422
    try:
        with runtime().transaction() as db:
            ContractDesk.of(db, runtime()).decide(
                contract_id,
                State(asked.end),
                by=current_user.login,
                seen=asked.seen,
                reason=asked.reason,
                checked=asked.ticked,
            )
    except Conflict as refused:
        return _overtaken(_dossier(contract_id), asked, refused.sentence)
    _say_decided(is_told=bool(_dossier(contract_id).last.letters))
    return redirect(url_for(".show", contract_id=contract_id), 303)


def _overtaken(dossier: Dossier, asked: Decision, refused: str) -> Page:
    """Why it did not count; a second click on one's own decision is no other."""
    last = dossier.last.step
    if (last.state, last.by) == (asked.end, current_user.login):
        return redirect(url_for(".show", contract_id=dossier.contract.id), 303)
    return _page(dossier, asked, refused=refused), 409


def _say_decided(*, is_told: bool) -> None:
    if is_told:
        flash(_("Je besluit is bewaard; de organisatie krijgt een e-mail."), "ok")
        return
    sentence = _(
        "Je besluit is bewaard. Niemand van de organisatie heeft een e-mailadres: "
        "laat het haar zelf weten."
    )
    flash(sentence, "warn")


def _pills(sieve: Sieve, counts: dict[State, int]) -> list[Pill]:
    """Each state that there is, and the one that was asked; first what waits."""
    known = sorted(State, key=lambda state: state is not State.SIGNED)
    shown = [
        (state.value, str(STATES[state]), state is sieve.state, counts.get(state, 0))
        for state in known
        if counts.get(state) or state in {sieve.state, State.SIGNED}
    ]
    every = (ALL, _("Alle"), sieve.state is None, sum(counts.values()))
    return [
        Pill(label, address({**sieve.values, "stand": stand}), current, count)
        for stand, label, current, count in [*shown, every]
    ]


def _dossier(contract_id: str) -> Dossier:
    with runtime().reading() as db:
        return ContractDesk.of(db, runtime()).dossier(contract_id)


def _page(dossier: Dossier, asked: Decision | None = None, *, refused: str = "") -> str:
    """The dossier as it stands now; refused: why what was asked of it is no step."""
    contract = dossier.contract
    may_decide = current_user.role in ADMIN
    return render_template(
        "contracts/staff/show.html",
        dossier=dossier,
        contract=contract,
        decisions=decisions(contract) if may_decide else [],
        may_hand_in=may_decide and contract.state is State.TO_SIGN,
        asked=asked or Decision(),
        wrong=asked.wrong(contract) if asked and not refused else {},
        refused=refused,
        may_read=current_user.role in AUDITOR,
        doubt=doubt_of(contract.doubt),
        senders=SENDERS,
        states=STATES,
        badges=BADGES,
        channels=CHANNELS,
        checks=CHECKS,
        needed=checks_of(by_card=contract.is_signed_by_card),
        letter_states=LETTERS,
    )
