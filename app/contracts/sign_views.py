"""The contract to sign: taken home, and handed in again with a signature."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.contracts import rules
from app.contracts.acting import Page, for_organisation
from app.contracts.forms import BY_CARD, SignForm
from app.contracts.rules import State
from app.contracts.service import Actor, Contract, Contracts
from app.contracts.service_papers import put_away, read, taken_back
from app.contracts.texts import DOUBTS
from app.contracts.views import current, running
from app.kernel.errors import NotFound
from app.web import csrf
from app.web.context import runtime
from app.web.guards import role
from app.web.posted import posted_file
from app.web.texts import gettext as _
from signing import Reason, Refused, Signed

bp = Blueprint("signing", __name__, url_prefix="/dienstverlener-worden")


@bp.get("/ondertekenen")
@role("user")
@for_organisation
def sign(actor: Actor) -> Page:
    found = current(actor)
    if found is None or found.state is not State.TO_SIGN:
        return redirect(url_for("becoming.go_on"), 303)
    form = SignForm(functie=actor.card.function)
    return _page(actor, found, form)


@bp.post("/ondertekenen")
@role("user")
@csrf.streamed
@for_organisation
def hand_in(actor: Actor) -> Page:
    fields, content = posted_file("bestand", largest=rules.LARGEST_PDF)
    found = running(actor)
    form = _form(fields)
    wrong = _what_is_wrong(content)
    if not form.validate() or wrong:
        return _page(actor, found, form, wrong=wrong), 422
    judged = _judged(found, content, by_card=form.manier.data == BY_CARD)
    if isinstance(judged, Refused) and form.manier.data == BY_CARD:
        wrong = str(DOUBTS[judged.reason])
        return _page(actor, found, form, wrong=wrong, doubted=True), 422
    paper = put_away(runtime(), content)
    with runtime().transaction() as db, taken_back(runtime(), paper):
        contracts = Contracts.of(db, runtime())
        contracts.hand_in(actor, paper, judged, function=form.functie.data)
    return redirect(url_for(".handed_in"), 303)


@bp.get("/ingediend")
@role("user")
@for_organisation
def handed_in(actor: Actor) -> Page:
    found = current(actor)
    if found is None or found.state is not State.SIGNED:
        return redirect(url_for("becoming.go_on"), 303)
    return render_template("contracts/handed_in.html", contract=found, card=actor.card)


@bp.get("/contract.pdf")
@role("user")
@for_organisation
def paper(actor: Actor) -> Response:
    """The contract as it was made; once it is handed in, as it came back."""
    with runtime().reading() as db:
        found = Contracts.of(db, runtime()).latest(actor.card.id)
        key = (found.signed or found.document) if found else None
        if found is None or key is None:
            raise NotFound
        content = read(runtime(), db, key)
    return as_attachment(content, found)


def as_attachment(content: bytes, found: Contract) -> Response:
    """To be kept, never to be run in the page: whatever somebody handed in."""
    response = Response(content, mimetype="application/pdf")
    name = f"Datatoegangscontract_{found.number}.pdf"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _form(fields: Mapping[str, str]) -> SignForm:
    # its token was checked before the file was read
    return SignForm(MultiDict(fields), meta={"csrf": False})


def _what_is_wrong(content: bytes) -> str:
    if not content:
        return _("Kies het getekende contract.")
    return "" if rules.is_pdf(content) else _("Dit bestand is geen PDF.")


def _judged(found: Contract, content: bytes, *, by_card: bool) -> Signed | Refused:
    if not by_card or found.document is None:
        return Refused(Reason.UNSIGNED)
    with runtime().reading() as db:
        original = read(runtime(), db, found.document)
    return runtime().signatures.check(content, original, at=runtime().clock())


def _page(
    actor: Actor,
    found: Contract,
    form: SignForm,
    *,
    wrong: str = "",
    doubted: bool = False,
) -> str:
    return render_template(
        "contracts/sign.html",
        contract=found,
        card=actor.card,
        form=form,
        wrong=wrong,
        doubted=doubted,
    )
