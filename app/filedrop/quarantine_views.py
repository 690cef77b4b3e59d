"""Staff: what the scanner holds, and asking it to look once more."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.draft_list import scan_note
from app.filedrop.service_quarantine import Quarantine
from app.web.context import runtime
from app.web.guards import UPLOADER, role
from app.web.texts import gettext as _

bp = Blueprint("quarantine", __name__, url_prefix="/beheer/leveringen/quarantaine")
Page = Response | str


@bp.get("")
@role("staff")
def index() -> Page:
    with runtime().reading() as db:
        held = Quarantine.of(db, runtime()).files()
    return render_template(
        "filedrop/staff/quarantine.html",
        files=held,
        note=scan_note,
        may_act=current_user.role in UPLOADER,
    )


@bp.post("")
@role("uploader")
def look_again() -> Page:
    file_id = request.form.get("id", "")
    with runtime().transaction() as db:
        Quarantine.of(db, runtime()).look_again(file_id, by=current_user.login)
    flash(_("Het bestand wordt zo meteen opnieuw gecontroleerd."), "ok")
    return redirect(url_for(".index"), 303)
