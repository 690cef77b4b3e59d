"""Staff: a new delivery ends: look at the letters, release."""

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.draft_list import group_of, groups
from app.filedrop.service_draft_release import (
    Changed,
    Releasing,
    Unfinished,
    resealed,
)
from app.filedrop.service_stash import Incoming, taken_back
from app.web.context import runtime
from app.web.guards import role
from app.web.pager import Pager
from app.web.texts import gettext as _

bp = Blueprint("releases", __name__, url_prefix="/beheer/leveringen/nieuw")
Page = Response | str | tuple[str, int]


@bp.get("/<id:draft_id>/berichten")
@role("uploader")
def letters(draft_id: str) -> Page:
    """The letters as they would leave now, one to a page."""
    group = group_of(request.args.get("groep", ""))
    with runtime().reading() as db:
        releasing = Releasing.of(db, runtime())
        found = releasing.reviewing.review(draft_id)
        mailing = releasing.mailing(found)
        chosen = mailing.of(group)
        asked = request.args.get("pagina", "")
        pager = Pager.of(asked, len(chosen), {"groep": group}, size=1)
        shown = [(one, releasing.letter_to(one)) for one in chosen[pager.start :][:1]]
    return render_template(
        "filedrop/staff/draft_letters.html",
        draft=found.draft,
        review=found,
        pills=groups(mailing, group),
        pager=pager,
        shown=shown,
    )


@bp.get("/<id:draft_id>/vrijgeven")
@role("releaser")
def confirm(draft_id: str) -> Page:
    return _release_page(draft_id)


@bp.post("/<id:draft_id>/vrijgeven")
@role("releaser")
def release(draft_id: str) -> Page:
    """Once, however often it is sent: afterwards everybody lands on the delivery."""
    house, now, by = runtime(), runtime().clock(), current_user.login
    release_id = request.form.get("vrijgave", "")
    with house.reading() as db:
        found = Releasing.of(db, house, now=now).ready(
            draft_id, release_id, by=by, without=request.form.get("zonder", "")
        )
    typed = "".join(c for c in request.form.get("aantal", "") if c not in ". ")
    if typed != str(len(found.plan.fresh)):
        problem = _("Dat getal klopt niet. Typ het aantal bestanden.")
        return _release_page(draft_id, problem=problem), 422
    copies: list[Incoming] = []
    with taken_back(house, copies):
        incoming = resealed(house, found, copies, now=now)
    with house.transaction() as db, taken_back(house, copies):
        done = Releasing.of(db, house, now=now).release(found, incoming, by=by)
    return redirect(f"/beheer/leveringen/{done.delivery}", 303)


@bp.errorhandler(Changed)
def changed(error: Changed) -> Page:
    """What was confirmed is no longer what would go: look again."""
    return _release_page(error.draft, problem=error.sentence), 409


@bp.errorhandler(Unfinished)
def unfinished(error: Unfinished) -> Page:
    """Something would be dropped unasked: ask."""
    return _release_page(error.draft, problem=error.sentence, at="zonder"), 409


def _release_page(draft_id: str, *, problem: str = "", at: str = "aantal") -> str:
    """The last step; at: the field that the problem is about."""
    with runtime().reading() as db:
        releasing = Releasing.of(db, runtime())
        found = releasing.reviewing.review(draft_id)
        mailing = releasing.mailing(found)
        left = releasing.unfinished(draft_id)
    return render_template(
        "filedrop/staff/draft_release.html",
        draft=found.draft,
        review=found,
        letters=mailing.counts,
        unfinished=left,
        problem=problem,
        at=at,
    )
