"""The start page, and the letters: what waits, what failed, trying once more."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.desk.service import STANDS, Desk
from app.desk.texts import STANDS as WORDS
from app.desk.texts import letter_name
from app.kernel.errors import NotFound
from app.web.asked import row_number
from app.web.context import runtime
from app.web.guards import RELEASER, UPLOADER, role
from app.web.pager import PAGE, Pager
from app.web.texts import ngettext

bp = Blueprint("desk", __name__, url_prefix="/beheer")
Page = Response | str


@bp.get("/")
@role("staff")
def index() -> Page:
    with runtime().reading() as db:
        needs = Desk.of(db, runtime()).needs()
    may_prepare = current_user.role in UPLOADER
    return render_template("desk/index.html", needs=needs, may_prepare=may_prepare)


@bp.get("/berichten/")
@role("staff")
def letters() -> Page:
    with runtime().reading() as db:
        desk = Desk.of(db, runtime())
        counts = desk.counted()
        asked = request.args.get("stand", "")
        stand = asked if asked in STANDS else _most_urgent(counts)
        pager = Pager.of(
            request.args.get("pagina", ""), counts[stand], {"stand": stand}
        )
        shown = desk.letters(stand, start=pager.start, limit=PAGE)
    return render_template(
        "desk/letters.html",
        letters=shown,
        stand=stand,
        stands=WORDS,
        counts=counts,
        pager=pager,
        letter_name=letter_name,
        may_retry=current_user.role in RELEASER,
    )


@bp.post("/berichten/opnieuw")
@role("releaser")
def retry() -> Page:
    """One letter, or without a number all that failed."""
    chosen = request.form.get("id", type=row_number)
    if chosen is None and "id" in request.form:  # no number of a letter is not "all"
        raise NotFound("letter")
    with runtime().transaction() as db:
        count = Desk.of(db, runtime()).retry(
            [chosen] if chosen is not None else None, by=current_user.login
        )
    said = ngettext(
        "%(num)d e-mail wordt opnieuw aangeboden.",
        "%(num)d e-mails worden opnieuw aangeboden.",
        count,
    )
    flash(said, "ok")
    return redirect(url_for(".letters", stand="wacht"), 303)


def _most_urgent(counts: dict[str, int]) -> str:
    return "mislukt" if counts["mislukt"] else "wacht"
