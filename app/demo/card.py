"""The demo's own card reader: it signs what one hands it, as their eID would."""

import secrets

from flask import Blueprint, Response, render_template

from app.contracts.rules import LARGEST_PDF
from app.demo.citizens import CITIZENS, Citizen
from app.demo.pki import Belgium
from app.demo.settings import DemoFolder
from app.web import csrf
from app.web.context import runtime
from app.web.guards import public
from app.web.posted import posted_file
from app.web.texts import gettext as _

bp = Blueprint("demo_card", __name__, url_prefix="/demo/kaartlezer")


@bp.get("")
@public
def reader() -> str:
    """Whose card is in it this time? In the demo, anybody's."""
    return _page()


@bp.post("")
@csrf.streamed
@public
def sign() -> Response | tuple[str, int]:
    """The same document with one signature more; refused if it is none."""
    fields, content = posted_file("bestand", largest=LARGEST_PDF)
    person = next((one for one in CITIZENS if one.key == fields.get("wie")), None)
    if person is None:
        return _page(_("Kies wiens kaart in de kaartlezer zit.")), 422
    belgium = Belgium.parse(DemoFolder.of(runtime().settings).cards.read_bytes())
    try:
        signed = _signed(belgium, content, person)
    except Exception:  # noqa: BLE001 - a stranger's file may break any reader
        wrong = _("Dit kan de kaartlezer niet tekenen. Kies de PDF van het contract.")
        return _page(wrong), 422
    answer = Response(signed, mimetype="application/pdf")
    name = f"Datatoegangscontract_{person.key}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _signed(belgium: Belgium, content: bytes, person: Citizen) -> bytes:
    """With a timestamp and all the proof in it, as card software would make it."""
    card = belgium.card(number=person.national_number, name=person.name)
    field = f"Handtekening {secrets.token_hex(4)}"  # each one its own
    return belgium.sign(content, card, runtime().clock(), field_name=field)


def _page(wrong: str = "") -> str:
    return render_template("demo/card.html", people=CITIZENS, wrong=wrong)
