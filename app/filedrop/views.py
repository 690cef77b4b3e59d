"""The manager: the list, one file, many as a zip, out of the list and back."""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.content import Content, content_of, zip_of
from app.filedrop.inbox import Asked, inbox, row_of
from app.filedrop.rules import ADMITTED, IN_ADDRESS
from app.filedrop.service import FileDrop, FileView, GoneFiles
from app.filedrop.streams import answer
from app.kernel.errors import NotFound
from app.runtime import Runtime
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import ngettext

bp = Blueprint("filedrop", __name__, url_prefix="/bestanden")
Page = Response | str | tuple[str, int]


@bp.get("/")
@role("manager")
def index() -> Page:
    account_id = current_user.account_id
    with runtime().reading() as db:
        filedrop = FileDrop.of(db, runtime())
        views = filedrop.inbox(account_id)
        managed = filedrop.communities.of_manager(account_id)
        previous = filedrop.previous_visit(account_id)
    page = inbox(
        views,
        Asked.of(request.args.to_dict()),
        communities=[(known.number, known.name) for known in managed],
        previous_visit=previous,
        zip_path=url_for(".download_zip"),
    )
    return render_template(
        "filedrop/index.html",
        inbox=page,
        nothing_ticked="niets" in request.args,
        undo=_undo(),
    )


@bp.post("/kiezen")
@role("manager")
def choose() -> Page:
    """The list's one form: on to the file, to the zip, or to the confirmation."""
    ids = request.form.getlist("id")
    if not ids:
        return redirect(url_for(".index", niets=1, _anchor="acties"), 303)
    is_removal = request.form.get("actie") == "verwijderen"
    if len(ids) == 1 and not is_removal:
        return redirect(url_for(".download", file_id=ids[0]), 303)
    page = ".confirm" if is_removal else ".download_zip"
    if len(ids) <= IN_ADDRESS:
        return redirect(url_for(page, id=ids), 303)
    with runtime().transaction() as db:
        filedrop = FileDrop.of(db, runtime())
        filedrop.take(ids, current_user.account_id)
        kept = filedrop.keep_selection(ids, current_user.account_id)
    return redirect(url_for(page, selectie=kept), 303)


@bp.get("/<id:file_id>")
@role("manager")
def show(file_id: str) -> Page:
    with runtime().transaction() as db:
        view = FileDrop.of(db, runtime()).show(file_id, current_user.account_id)
    return render_template("filedrop/show.html", file=row_of(view))


@bp.get("/<id:file_id>/download")
@role("manager")
def download(file_id: str) -> Page:
    (view,) = _take([file_id])
    return _answer(content_of(runtime(), view), [view])


@bp.get("/zip")
@role("manager")
def download_zip() -> Page:
    views = _take(_asked_ids())
    return _answer(zip_of(runtime(), views), views)


@bp.get("/verwijderen")
@role("manager")
def confirm() -> Page:
    with runtime().reading() as db:
        views = FileDrop.of(db, runtime()).take(_asked_ids(), current_user.account_id)
    rows = [row_of(view) for view in views]
    return render_template(
        "filedrop/remove.html",
        files=rows,
        not_downloaded=[row for row in rows if row.file.downloaded_at is None],
    )


@bp.post("/verwijderen")
@role("manager")
def remove() -> Page:
    with runtime().transaction() as db:
        views = FileDrop.of(db, runtime()).remove(
            request.form.getlist("id"), current_user.account_id
        )
    undo = [view.id for view in views][:IN_ADDRESS]
    return redirect(url_for(".index", weg=undo), 303)


@bp.post("/terugzetten")
@role("manager")
def restore() -> Page:
    ids = request.form.getlist("id")
    if not ids:
        return redirect(url_for(".index", filter="verwijderd", niets=1), 303)
    with runtime().transaction() as db:
        views = FileDrop.of(db, runtime()).restore(ids, current_user.account_id)
    flash(
        ngettext(
            "%(num)d bestand staat weer in uw lijst.",
            "%(num)d bestanden staan weer in uw lijst.",
            len(views),
        ),
        "ok",
    )
    return redirect(url_for(".index"), 303)


@bp.app_errorhandler(GoneFiles)
def gone(error: GoneFiles) -> Page:
    """The owner is told when it ended; of several, the others can still be had."""
    rows = [row_of(view) for view in error.gone]
    if not error.rest:
        page = render_template(
            "filedrop/gone.html", files=rows, last_day=rows[0].file.last_day
        )
        return page, 410
    ids = [view.id for view in error.rest]
    page = render_template(
        "filedrop/zip_gone.html",
        gone=rows,
        rest_url=url_for(".download_zip", id=ids),
        rest_count=len(ids),
    )
    return page, 410


def _asked_ids() -> list[str]:
    """The files that the address names, itself or by a kept selection."""
    if kept := request.args.get("selectie"):
        with runtime().reading() as db:
            return FileDrop.of(db, runtime()).selection(kept, current_user.account_id)
    ids = request.args.getlist("id")
    if not ids or len(ids) > IN_ADDRESS:
        raise NotFound
    return ids


def _take(ids: Sequence[str]) -> list[FileView]:
    """Whether they may be had, and, unless they are only looked at, a note of it."""
    account_id = current_user.account_id
    with runtime().transaction() as db:
        filedrop = FileDrop.of(db, runtime())
        views = filedrop.take(ids, account_id)
        if request.method != "HEAD":
            filedrop.begin(views, account_id)
    return views


def _answer(content: Content, views: list[FileView]) -> Response:
    return answer(
        request,
        content,
        done=partial(_served, runtime(), content, current_user.account_id),
        until=min(view.expires_at for view in views) + ADMITTED,
        clock=runtime().clock,
    )


def _served(
    house: Runtime, content: Content, account_id: int, start: int, stop: int
) -> None:
    """After the last byte: which files that was, in a transaction of its own."""
    with house.transaction() as db:
        filedrop = FileDrop.of(db, house)
        for view, part in content.touched(start, stop):
            filedrop.served(view, account_id, part)


def _undo() -> dict[str, object] | None:
    ids = request.args.getlist("weg")
    return {"ids": ids, "count": len(ids)} if ids else None
