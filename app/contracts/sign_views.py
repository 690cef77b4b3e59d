"""The contract to sign: taken home, and handed in again with a signature."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.contracts import rules
from app.contracts.acting import Page, for_organisation, to_manage
from app.contracts.forms import BY_CARD, BY_HAND, SignForm
from app.contracts.rules import Flaw, State
from app.contracts.service import Actor, Contract, Contracts
from app.contracts.service_judge import judge, open_up
from app.contracts.service_papers import Returned, put_away, read, taken_back
from app.contracts.texts import FLAWS, doubt_of
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
@to_manage
def sign(actor: Actor) -> Page:
    found = current(actor)
    if found is None or found.state is not State.TO_SIGN:
        return redirect(url_for("becoming.go_on"), 303)
    return _page(actor, found, _begun(actor, found))


@bp.post("/ondertekenen")
@role("user")
@csrf.streamed
@for_organisation
def hand_in(actor: Actor) -> Page:
    """Taken in, or kept until whoever brought it says what to do with a doubt."""
    # first: for whom its page was, the form tells
    posted = _posted()
    found = running(actor)
    if posted is None:
        wrong = str(FLAWS[Flaw.LARGE])
        return _page(actor, found, _begun(actor, found), wrong=wrong), 413
    fields, content = posted
    form = form_of(fields)
    given = document_of(found)
    judged = judged_of(given, content, by_card=form.manier.data == BY_CARD)
    wrong = wrong_of(judged, form)
    if wrong or isinstance(judged, Flaw):
        return _page(actor, found, form, wrong=wrong), 422
    is_by_hand = form.manier.data == BY_HAND and judged == Refused(Reason.UNSIGNED)
    paper = put_away(runtime(), content)
    came = Returned(paper, judged, form.functie.data, of=given)
    with runtime().transaction() as db, taken_back(runtime(), paper):
        contracts = Contracts.of(db, runtime())
        if isinstance(judged, Signed) or is_by_hand:
            contracts.hand_in(actor, came)
            return redirect(url_for(".handed_in"), 303)
        contracts.hold(actor, came)
    return redirect(url_for(".sign"), 303)


@bp.post("/toch-indienen")
@role("user")
@for_organisation
def insist(actor: Actor) -> Page:
    if running(actor).state is State.TO_SIGN:  # else somebody clicked twice
        with runtime().transaction() as db:
            Contracts.of(db, runtime()).insist(actor)
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
    """The contract as it was made; to who may manage, as it came back."""
    with runtime().reading() as db:
        found = Contracts.of(db, runtime()).latest(actor.card.id)
        key = found.paper_for(actor.card) if found else None
        if found is None or key is None:
            raise NotFound
        content = read(runtime(), db, key)
    return as_attachment(open_up(runtime(), content), found)


def as_attachment(content: bytes, found: Contract) -> Response:
    """To be kept, never to be run in the page: whatever somebody handed in."""
    response = Response(content, mimetype="application/pdf")
    name = f"Datatoegangscontract_{found.number}.pdf"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _posted() -> tuple[Mapping[str, str], bytes] | None:
    """The fields and the file that came; None when it is too large."""
    try:
        return posted_file("bestand", largest=rules.LARGEST_PDF)
    except RequestEntityTooLarge:
        return None


def _begun(actor: Actor, found: Contract) -> SignForm:
    """What is known before anything is typed, and from what is in doubt."""
    function = found.signed_function or actor.card.function
    way = BY_HAND if found.doubt == Reason.INCOMPLETE.name else BY_CARD
    return SignForm(formdata=None, functie=function, manier=way)


def form_of(fields: Mapping[str, str]) -> SignForm:
    # its token was checked before the file was read
    return SignForm(MultiDict(fields), meta={"csrf": False})


def document_of(found: Contract) -> str:
    """What lies ready to be signed; NotFound before a channel was chosen."""
    if found.document is None:
        raise NotFound
    return found.document


def judged_of(given: str, content: bytes, *, by_card: bool) -> Signed | Refused | Flaw:
    with runtime().reading() as db:
        original = read(runtime(), db, given)
    return judge(runtime(), content, original, by_card=by_card)


def wrong_of(judged: Signed | Refused | Flaw, form: SignForm) -> str:
    """What is wrong with the file; a browser forgets it when it sends a form anew."""
    is_filled_in = form.validate()
    if isinstance(judged, Flaw):
        return str(FLAWS[judged])
    return "" if is_filled_in else _("Kies het bestand opnieuw: het is niet bewaard.")


def _page(actor: Actor, found: Contract, form: SignForm, *, wrong: str = "") -> str:
    return render_template(
        "contracts/sign.html",
        contract=found,
        card=actor.card,
        form=form,
        wrong=wrong,
        doubt=doubt_of(found.doubt) if found.is_held else "",
    )
