"""The manager: the list, one file, many as a zip, out of the list and back."""

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.conditions import plan
from app.filedrop.content import Content, content_of, zip_of
from app.filedrop.inbox import inbox, new_ids
from app.filedrop.inbox_asked import Asked
from app.filedrop.noting import note
from app.filedrop.rules import ADMITTED, IN_ADDRESS
from app.filedrop.service import FileDrop, GoneFiles, Reader
from app.filedrop.service_beside import beside
from app.filedrop.service_receipts import Receipts
from app.filedrop.service_shelf import FileView, Taken
from app.filedrop.streams import answer
from app.kernel.errors import NotFound
from app.runtime import Runtime
from app.web.context import runtime
from app.web.guards import resumes, role
from app.web.requests import reference
from app.web.texts import ngettext

bp = Blueprint("filedrop", __name__, url_prefix="/bestanden")
Page = Response | str | tuple[str, int]


@bp.get("/")
@role("manager")
def index() -> Page:
    account_id, asked = current_user.account_id, Asked.of(request.args.to_dict())
    with runtime().reading() as db:
        filedrop = FileDrop.of(db, runtime())
        filedrop.delivered(asked.delivery, account_id)
        files = filedrop.inbox(account_id)
        managed = filedrop.communities.of_manager(account_id)
        previous = filedrop.previous_visit(account_id)
    page = inbox(
        files,
        asked,
        communities=[(known.number, known.name) for known in managed],
        previous_visit=previous,
        zip_path=url_for(".download_zip"),
        ticked=set(request.args.getlist("id")),
    )
    return render_template(
        "filedrop/index.html",
        inbox=page,
        nothing_ticked="niets" in request.args,
        undo=_undo(files),
    )


def _with_ticks() -> str:
    """The list, in which what this form had ticked is ticked again."""
    return url_for(".index", id=request.form.getlist("id"))


@bp.post("/kiezen")
@role("manager")
@resumes(_with_ticks)
def choose() -> Page:
    """The list's one form: on to the file, to the zip, or to the confirmation."""
    ids = _new_ids() if "nieuw" in request.form else request.form.getlist("id")
    if not ids:
        return redirect(url_for(".index", niets=1, _anchor="acties"), 303)
    if request.form.get("actie") == "verwijderen":
        return redirect(_address(".confirm", ids), 303)
    if len(ids) == 1:
        return redirect(url_for(".download", file_id=ids[0]), 303)
    return redirect(_address(".download_zip", ids), 303)


@bp.get("/<id:file_id>")
@role("manager")
def show(file_id: str) -> Page:
    """One file; who asks only for the headers has not opened it."""
    with runtime().transaction() as db:
        filedrop, account_id = FileDrop.of(db, runtime()), current_user.account_id
        if request.method == "HEAD":
            (file,) = filedrop.take([file_id], account_id)
        else:
            file = filedrop.show(file_id, account_id)
        others = beside(filedrop.shelf, file, account_id)
        receipts = Receipts.of(db, runtime()).of_file(file.key, account_id)
    return render_template(
        "filedrop/show.html", file=file, others=others, receipts=receipts
    )


@bp.get("/<id:file_id>/download")
@role("manager")
def download(file_id: str) -> Page:
    return _hand_over([file_id], content_of)


@bp.get("/zip")
@role("manager")
def download_zip() -> Page:
    return _hand_over(_asked_ids(), zip_of)


@bp.get("/verwijderen")
@role("manager")
def confirm() -> Page:
    ids = _asked_ids()
    with runtime().reading() as db:
        files = FileDrop.of(db, runtime()).take(ids, current_user.account_id)
    return render_template(
        "filedrop/remove.html",
        files=files,
        not_downloaded=[file for file in files if file.downloaded_at is None],
    )


@bp.post("/verwijderen")
@role("manager")
@resumes(_with_ticks)
def remove() -> Page:
    ids = request.form.getlist("id")
    with runtime().transaction() as db:
        FileDrop.of(db, runtime()).remove(ids, current_user.account_id)
    return redirect(_address(".index", ids, weg=1), 303)


@bp.post("/terugzetten")
@role("manager")
def restore() -> Page:
    ids = request.form.getlist("id")
    if not ids:
        return redirect(url_for(".index", filter="verwijderd", niets=1), 303)
    with runtime().transaction() as db:
        files = FileDrop.of(db, runtime()).restore(ids, current_user.account_id)
    flash(
        ngettext(
            "%(num)d bestand staat weer in uw lijst.",
            "%(num)d bestanden staan weer in uw lijst.",
            len(files),
        ),
        "ok",
    )
    return redirect(url_for(".index"), 303)


@bp.app_errorhandler(GoneFiles)
def gone(error: GoneFiles) -> Page:
    """The owner is told why; of several, the others can still be had."""
    now = runtime().clock()
    lost = [file.id for file in error.gone if file.expires_at > now]
    if not error.rest:
        last_day = max(file.last_day for file in error.gone)
        page = render_template(
            "filedrop/gone.html",
            files=error.gone,
            last_day=last_day,
            is_lost=bool(lost),
            reference=reference(),
        )
        return page, 410
    ids = [file.id for file in error.rest]
    page = render_template(
        "filedrop/zip_gone.html",
        gone=error.gone,
        lost=lost,
        rest_url=_address(".download_zip", ids),
        rest_count=len(ids),
        reference=reference(),
    )
    return page, 410


def _new_ids() -> list[str]:
    """All that is new to them in what the list shows, on whatever page."""
    with runtime().reading() as db:
        files = FileDrop.of(db, runtime()).inbox(current_user.account_id)
    return new_ids(files, Asked.of(request.form.to_dict()))


def _address(page: str, ids: Sequence[str], *, weg: int | None = None) -> str:
    """A page about these files: each in the address, or a selection that we keep."""
    if len(ids) <= IN_ADDRESS:
        return url_for(page, id=ids, weg=weg)
    with runtime().transaction() as db:
        kept = FileDrop.of(db, runtime()).keep_selection(ids, current_user.account_id)
    return url_for(page, selectie=kept, weg=weg)


def _asked_ids() -> list[str]:
    """The files that the address names, itself or by a kept selection."""
    if kept := request.args.get("selectie"):
        with runtime().reading() as db:
            return FileDrop.of(db, runtime()).selection(kept, current_user.account_id)
    ids = request.args.getlist("id")
    if not ids or len(ids) > IN_ADDRESS:
        raise NotFound
    return ids


def _hand_over(
    ids: Sequence[str], content: Callable[[Runtime, Sequence[Taken]], Content]
) -> Response:
    """If they may be had; the book knows before the first byte, if there is one."""
    house, who, is_head = runtime(), current_user, request.method == "HEAD"
    with house.transaction() as db:
        filedrop = FileDrop.of(db, house)
        whole = content(house, filedrop.take_out(ids, who.account_id))
        asked = plan(request, size=whole.size, tag=whole.etag)
        if asked.parts and not is_head:
            filedrop.begin(whole.files, by=who.login, is_part=asked.is_part)
    reader = Reader(who.account_id, who.login, who.name, since=filedrop.now)
    return answer(
        whole,
        asked,
        is_head=is_head,
        done=partial(note, house, whole, reader),
        until=min(file.expires_at for file in whole.files) + ADMITTED,
        clock=house.clock,
    )


def _undo(files: Sequence[FileView]) -> dict[str, object] | None:
    """What was just put out of the list, as long as it still is."""
    if "weg" not in request.args:
        return None
    try:
        asked = set(_asked_ids())
    except NotFound:  # the address was cut, or its selection forgotten
        return None
    ids = [file.id for file in files if not file.is_listed and file.id in asked]
    return {"ids": ids, "count": len(ids)} if ids else None
