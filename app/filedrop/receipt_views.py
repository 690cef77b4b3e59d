"""Receipts: the list, each as PDF and as JSON, and the key that checks them."""

import json
from pathlib import Path

from flask import Blueprint, current_app, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop import receipts
from app.filedrop.receipt_seal import public_key, signed
from app.filedrop.receipts import Issuer
from app.filedrop.service_receipts import Proof, Receipts
from app.filedrop.streams import disposition
from app.press import pdf
from app.web.asked import typed
from app.web.context import runtime
from app.web.guards import public, role

bp = Blueprint("receipts", __name__, url_prefix="/ontvangstbewijzen")
ATTACHED, TEMPLATE = "ontvangstbewijs.json", "filedrop/receipt.typ"


@bp.get("")
@role("manager")
def index() -> str:
    values = {name: typed(request.args, name) for name in ("zoek", "gemeenschap")}
    account_id = current_user.account_id
    with runtime().reading() as db:
        book = Receipts.of(db, runtime())
        managed = book.communities.of_manager(account_id)
        listing = receipts.listing(
            book.find(
                account_id, query=values["zoek"], community=values["gemeenschap"]
            ),
            book.broken_off(account_id),
            communities=[(known.number, known.name) for known in managed],
            values=values,
            page=request.args.get("pagina", ""),
        )
    return render_template("filedrop/receipts.html", listing=listing)


@bp.get("/<id:receipt_id>.pdf")
@role("manager")
def paper(receipt_id: str) -> Response:
    proof, issuer = _proof(receipt_id), _issuer()
    said = receipts.letterhead(proof, issuer, key_url=_key_url(), attached=ATTACHED)
    template = Path(str(current_app.template_folder)) / TEMPLATE
    made = pdf(template, said, _signed(proof, issuer), at=proof.at)
    return _attachment(made, "application/pdf", receipts.file_name(proof, "pdf"))


@bp.get("/<id:receipt_id>.json")
@role("manager")
def record(receipt_id: str) -> Response:
    proof = _proof(receipt_id)
    made = _signed(proof, _issuer())
    return _attachment(made, "application/json", receipts.file_name(proof, "json"))


@bp.get("/sleutel/<key_id>")
@public
def key(key_id: str) -> Response:
    """For auditors and their programs: no secret, and no need to sign in."""
    jwk = public_key(runtime().keyring, key_id)
    return Response(json.dumps(jwk, indent=2) + "\n", mimetype="application/jwk+json")


def _proof(receipt_id: str) -> Proof:
    with runtime().reading() as db:
        return Receipts.of(db, runtime()).one(receipt_id, current_user.account_id)


def _issuer() -> Issuer:
    settings = runtime().settings
    return Issuer(settings.operator_name, settings.base_url, settings.timezone)


def _key_url() -> str:
    path = url_for(".key", key_id=runtime().keyring.first)
    return f"{runtime().settings.base_url}{path}"


def _signed(proof: Proof, issuer: Issuer) -> bytes:
    """The record to read, and the same under our signature."""
    payload = receipts.record(proof, issuer)
    document = {
        "receipt": payload,
        "key": _key_url(),
        "jws": signed(runtime().keyring, payload),
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _attachment(made: bytes, mimetype: str, name: str) -> Response:
    response = Response(made, mimetype=mimetype)
    response.headers["Content-Disposition"] = disposition(name)
    return response
