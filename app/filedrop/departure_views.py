"""Staff: a released delivery waits for its hour, and can be held back until then."""

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.departure import is_watched, said_of
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_view import (
    AlreadyReleased,
    Changed,
    Departing,
    DraftView,
)
from app.filedrop.service_leave import held_back
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _

bp = Blueprint("departures", __name__, url_prefix="/beheer/leveringen/nieuw")
Page = Response | str


@bp.get("/<id:draft_id>/voortgang")
@role("uploader")
def show(draft_id: str) -> Page:
    """When it leaves; what left, or waits for nothing, has another page."""
    draft, now = _draft(draft_id), runtime().clock()
    if not draft.is_departing:
        return redirect(url_for("drafts.review", draft_id=draft_id), 303)
    return render_template(
        "filedrop/staff/draft_progress.html",
        draft=draft,
        said=said_of(draft, now=now, zone=runtime().settings.timezone),
        is_watched=is_watched(draft, now=now),
    )


@bp.get("/<id:draft_id>/stand")
@role("uploader")
def watch(draft_id: str) -> Response:
    """The same sentence for a page that stays open, or where to go on."""
    now = runtime().clock()
    try:
        draft = _draft(draft_id)
    except AlreadyReleased as left:
        delivery = url_for("deliveries.show", delivery_id=left.delivery)
        return jsonify(next=delivery)
    if not draft.is_departing:
        return jsonify(next=url_for("drafts.review", draft_id=draft_id))
    return jsonify(
        lines={},
        said=said_of(draft, now=now, zone=runtime().settings.timezone),
        more=is_watched(draft, now=now),
    )


@bp.post("/<id:draft_id>/tegenhouden")
@role("releaser")
def hold(draft_id: str) -> Page:
    """A draft again; who comes too late is told so, and sent to what became of it."""
    try:
        held_back(
            runtime(),
            _draft(draft_id),
            request.form.get("vrijgave", ""),
            now=runtime().clock(),
            by=current_user.login,
        )
    except AlreadyReleased:
        flash(_("De verzending was al gestart. Tegenhouden kan niet meer."), "warn")
        raise
    except Changed:
        if _draft(draft_id).is_departing:
            flash(_("Deze levering kreeg intussen een ander uur."), "warn")
            return redirect(url_for(".show", draft_id=draft_id), 303)
        flash(_("Deze levering was al tegengehouden."), "warn")
    else:
        flash(_("De levering is tegengehouden. Er is niets verzonden."), "ok")
    return redirect(url_for("releases.confirm", draft_id=draft_id), 303)


@bp.app_errorhandler(Departing)
def departing(error: Departing) -> Page:
    """Whoever would go on with it sees first that it waits for its hour."""
    return redirect(url_for("departures.show", draft_id=error.draft), 303)


def _draft(draft_id: str) -> DraftView:
    with runtime().reading() as db:
        return Drafts.of(db, runtime()).show(draft_id)
