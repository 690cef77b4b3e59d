"""A signed contract that came by mail: a colleague hands it in for the organisation."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.contracts import rules
from app.contracts.acting import Page
from app.contracts.forms import BY_CARD, SignForm
from app.contracts.rules import Flaw, State
from app.contracts.service import Contract
from app.contracts.service_desk import ContractDesk
from app.contracts.service_dossier import Dossier
from app.contracts.service_papers import Returned, put_away, taken_back
from app.contracts.sign_views import document_of, form_of, judged_of, wrong_of
from app.contracts.texts import FLAWS
from app.kernel.errors import Conflict
from app.web import csrf
from app.web.context import runtime
from app.web.guards import role
from app.web.posted import posted_file
from app.web.texts import gettext as _

bp = Blueprint("mailed", __name__, url_prefix="/beheer/contracten")


@bp.get("/<id:contract_id>/indienen")
@role("admin")
def ask(contract_id: str) -> Page:
    found = _dossier(contract_id).contract
    if found.state is not State.TO_SIGN:
        return redirect(url_for("contracts.show", contract_id=contract_id), 303)
    return _page(found, SignForm(formdata=None))


@bp.post("/<id:contract_id>/indienen")
@role("admin")
@csrf.streamed
def hand_in(contract_id: str) -> Page:
    """The same look as when the organisation hands it in; a doubt stops nobody here."""
    found = _dossier(contract_id).contract
    if found.state is not State.TO_SIGN:
        return _too_late(contract_id)
    try:
        fields, content = posted_file("bestand", largest=rules.LARGEST_PDF)
    except RequestEntityTooLarge:
        wrong = str(FLAWS[Flaw.LARGE])
        return _page(found, SignForm(formdata=None), wrong=wrong), 413
    form = form_of(fields)
    given = document_of(found)
    judged = judged_of(given, content, by_card=form.manier.data == BY_CARD)
    wrong = wrong_of(judged, form)
    if wrong or isinstance(judged, Flaw):
        return _page(found, form, wrong=wrong), 422
    paper = put_away(runtime(), content)
    came = Returned(paper, judged, form.functie.data, of=given)
    try:
        with runtime().transaction() as db, taken_back(runtime(), paper):
            desk = ContractDesk.of(db, runtime())
            desk.hand_in(contract_id, came, by=current_user.account_id)
    except Conflict:
        return _too_late(contract_id)
    flash(_("Het contract is ingediend; de organisatie krijgt een e-mail."), "ok")
    return redirect(url_for("contracts.show", contract_id=contract_id), 303)


def _dossier(contract_id: str) -> Dossier:
    with runtime().reading() as db:
        return ContractDesk.of(db, runtime()).dossier(contract_id)


def _too_late(contract_id: str) -> Response:
    """To where it stands by now; a second click on one's own is told nothing."""
    last = _dossier(contract_id).last.step
    if (last.state, last.by) != (State.SIGNED, current_user.login):
        flash(_("Intussen is er iets gewijzigd. Je bestand is niet bewaard."), "bad")
    return redirect(url_for("contracts.show", contract_id=contract_id), 303)


def _page(found: Contract, form: SignForm, *, wrong: str = "") -> str:
    return render_template(
        "contracts/staff/hand_in.html", contract=found, form=form, wrong=wrong
    )
