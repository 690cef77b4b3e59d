"""Staff: a new delivery begins: its files, and for whom each of them is."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop import tus
from app.filedrop.draft_list import checklist, how, listing, note, numbers_in
from app.filedrop.rules import LARGEST, REASONS, Kind
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_change import Changing
from app.filedrop.service_draft_release import Releasing
from app.filedrop.service_draft_review import Review, State
from app.filedrop.service_draft_view import AlreadyReleased, Closed
from app.filedrop.service_quarantine import Quarantine
from app.filedrop.service_upload import Uploads, UploadView
from app.filedrop.streams import disposition
from app.filedrop.uploads import files_of, keep
from app.kernel.errors import AppError, Conflict, Invalid
from app.web import csrf
from app.web.body import body_of
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _
from app.web.texts import ngettext

bp = Blueprint("drafts", __name__, url_prefix="/beheer/leveringen/nieuw")
Page = Response | str | tuple[str, int]
KINDS = {"correcties": Kind.CORRECTION, "adhoc": Kind.ADHOC}
MOST_AT_ONCE = 200


@bp.get("")
@role("uploader")
def start() -> Page:
    with runtime().reading() as db:
        drafts = Drafts.of(db, runtime()).open_ones()
    return render_template("filedrop/staff/draft_start.html", drafts=drafts)


@bp.post("")
@role("uploader")
def make() -> Page:
    kind = KINDS.get(request.form.get("soort", ""))
    if kind is None:
        raise Invalid(_("Kies wat je wilt klaarzetten."))
    with runtime().transaction() as db:
        draft_id = Drafts.of(db, runtime()).make(kind, by=current_user.login)
    return redirect(url_for(".files", draft_id=draft_id), 303)


@bp.get("/<id:draft_id>")
@role("uploader")
def files(draft_id: str) -> Page:
    return _files_page(draft_id)


@bp.get("/<id:draft_id>/bestanden")
@role("uploader")
def names(draft_id: str) -> Response:
    """What the draft holds, for a browser that comes back to it."""
    with runtime().reading() as db:
        held = Drafts.of(db, runtime()).names(draft_id)
        uploads = Uploads.of(db, runtime()).unfinished(draft_id)
    begun = [_begun(upload) for upload in uploads]
    # whoever signed in again meanwhile needs the token of the new session
    return jsonify(files=held, uploads=begun, token=csrf.token())


@bp.post("/<id:draft_id>/bestanden")
@role("uploader")
@csrf.streamed
def upload(draft_id: str) -> tuple[Response, int]:
    """One file, its bytes as the body; the answer is for a script."""
    csrf.check(request.headers.get("X-CSRFToken"))
    length = _length()
    if length >= LARGEST:
        return jsonify(sentence=_("Het bestand is te groot: 2 GiB of meer.")), 413
    pieces = body_of(request.environ["wsgi.input"], length)
    name = request.args.get("naam", "")
    try:
        is_new = keep(runtime(), draft_id, name, pieces, by=current_user.login)
    except AppError as refused:
        return jsonify(sentence=refused.sentence), refused.status
    return jsonify(new=is_new), 201 if is_new else 200


@bp.post("/<id:draft_id>/formulier")
@role("uploader")
@csrf.streamed
def upload_form(draft_id: str) -> Page:
    """The same without JavaScript: what came whole stays, whatever follows."""
    if _length() >= LARGEST:
        abort(413)
    boundary = request.mimetype_params.get("boundary")
    if not boundary:
        abort(400)
    added, wrong = 0, list[str]()
    for name, pieces in files_of(request.stream, boundary, csrf.check):
        if added + len(wrong) == MOST_AT_ONCE:
            wrong.append(_("Er gaan hoogstens 200 bestanden tegelijk mee."))
            break
        try:
            added += keep(runtime(), draft_id, name, pieces, by=current_user.login)
        except Closed:
            raise
        except (Conflict, Invalid) as refused:
            wrong.append(f"{name[:120]}: {refused.sentence}")
    if wrong or not added:
        wrong = wrong or [_("Kies eerst minstens één bestand.")]
        return _files_page(draft_id, added=added, wrong=wrong), 422
    flash(_added(added), "ok")
    return redirect(url_for(".files", draft_id=draft_id), 303)


@bp.post("/<id:draft_id>/bestanden/<id:file_id>")
@role("uploader")
def change(draft_id: str, file_id: str) -> Page:
    """For whom one file is, whether it goes along, or out of the draft."""
    action, by = request.form.get("actie"), current_user.login
    unneeded = ""
    with runtime().transaction() as db:
        changing = Changing.of(db, runtime())
        match action:
            case "kiezen":
                _choose(changing, draft_id, file_id)
            case "naam":
                changing.choose(draft_id, file_id, [], by=by)
            case "apart" | "terug":
                aside = action == "apart"
                changing.set_aside(draft_id, file_id, aside=aside, by=by)
            case "controleren":
                Quarantine.of(db, runtime()).look_again(file_id, by=by)
            case "verwijderen":
                unneeded = changing.remove(draft_id, file_id, by=by)
            case _:
                abort(400)
    if unneeded:
        runtime().blobs.delete(unneeded)
    shown = request.form.get("toon") or None
    return redirect(url_for(".review", draft_id=draft_id, toon=shown), 303)


@bp.post("/<id:draft_id>/apart")
@role("uploader")
def set_blocked_aside(draft_id: str) -> Page:
    """All that is blocked, in one go."""
    with runtime().transaction() as db:
        found = Releasing.of(db, runtime()).reviewing.review(draft_id)
        blocked = {r.file.id for r in found.rows if r.state is State.BLOCKED}
        changing = Changing.of(db, runtime())
        changing.set_all_aside(draft_id, blocked, by=current_user.login)
    if blocked:  # a second click finds none
        said = ngettext(
            "%(num)d bestand staat apart en gaat niet mee.",
            "%(num)d bestanden staan apart en gaan niet mee.",
            len(blocked),
        )
        flash(said, "ok")
    return redirect(url_for(".review", draft_id=draft_id), 303)


@bp.get("/<id:draft_id>/routering")
@role("uploader")
def review(draft_id: str) -> Page:
    found = _review(draft_id)
    page = listing(
        found,
        shown=request.args.get("toon", ""),
        page=request.args.get("pagina", ""),
    )
    return render_template(
        "filedrop/staff/draft_review.html",
        draft=found.draft,
        review=found,
        listing=page,
        note=note,
        how=how,
        reasons=REASONS,
    )


@bp.post("/<id:draft_id>/reden")
@role("uploader")
def explain(draft_id: str) -> Page:
    """Why new versions come, as their letters tell."""
    reason = request.form.get("reden", "")
    with runtime().transaction() as db:
        Changing.of(db, runtime()).explain(draft_id, reason, by=current_user.login)
    flash(_("De reden is bewaard."), "ok")
    shown = request.form.get("toon") or None
    return redirect(url_for(".review", draft_id=draft_id, toon=shown), 303)


@bp.get("/<id:draft_id>/controlelijst.csv")
@role("uploader")
def controls(draft_id: str) -> Response:
    answer = Response(checklist(_review(draft_id)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = disposition("controlelijst.csv")
    return answer


@bp.post("/<id:draft_id>/weggooien")
@role("uploader")
def discard(draft_id: str) -> Page:
    with runtime().transaction() as db:
        Drafts.of(db, runtime()).discard(draft_id, by=current_user.login)
    flash(_("Het concept is weggegooid. Er is niets verzonden."), "ok")
    return redirect(url_for(".start"), 303)


@bp.app_errorhandler(AlreadyReleased)
def released(error: AlreadyReleased) -> Page:
    """Whoever comes later is sent on to what became of it."""
    return redirect(f"/beheer/leveringen/{error.delivery}", 303)


def _choose(changing: Changing, draft_id: str, file_id: str) -> None:
    """What was typed; if it cannot be, the page says so beside the file."""
    try:
        numbers = numbers_in(request.form.get("gemeenschap", ""))
        changing.choose(draft_id, file_id, numbers, by=current_user.login)
    except Invalid as refused:
        flash(refused.sentence, "bad")


def _review(draft_id: str) -> Review:
    with runtime().reading() as db:
        releasing = Releasing.of(db, runtime())
        return releasing.reviewing.review(draft_id)


def _files_page(draft_id: str, *, added: int = 0, wrong: Sequence[str] = ()) -> str:
    with runtime().reading() as db:
        draft = Drafts.of(db, runtime()).editable(draft_id)
        begun = Uploads.of(db, runtime()).unfinished(draft_id)
    return render_template(
        "filedrop/staff/draft_files.html",
        draft=draft,
        begun=begun,
        added=_added(added) if added else "",
        wrong=wrong,
    )


def _begun(upload: UploadView) -> dict[str, str | int]:
    """What a script needs to know its file again, and to go on with it."""
    return {
        "url": url_for("uploads.upload", upload_id=upload.id),
        "name": upload.name,
        "size": upload.size,
        "offset": upload.offset,
        "modified": tus.metadata(upload.told).get("modified", ""),
    }


def _length() -> int:
    """How many bytes will come; who does not say so is sent away before the first."""
    request.max_content_length = LARGEST
    if request.content_length is None:
        abort(411)
    return request.content_length


def _added(count: int) -> str:
    return ngettext(
        "%(num)d bestand toegevoegd.", "%(num)d bestanden toegevoegd.", count
    )
