"""Staff: large files by tus 1.0, resumed where a line, a tab or a server ended."""

from collections.abc import Callable

from flask import Blueprint, abort, jsonify, request, url_for
from flask_login import current_user
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from app.filedrop import growing, tus
from app.filedrop.growing import Bytes
from app.filedrop.service_draft_view import Closed
from app.filedrop.service_upload import UploadView
from app.filedrop.tus import Checksum, NoSuchVersion, Unclear, WrongBody
from app.kernel.errors import AppError
from app.web import csrf
from app.web.body import body_of
from app.web.context import runtime
from app.web.guards import role

PIECE = 1 << 18  # on a thin line too one comes every few seconds

bp = Blueprint("uploads", __name__, url_prefix="/api/uploads")


@bp.route("/", methods=["OPTIONS", "POST"], provide_automatic_options=False)
@role("uploader")
@csrf.streamed
def uploads() -> Response:
    """Where uploads begin."""
    return _as_asked({"POST": _begin})


@bp.route(
    "/<id:upload_id>",
    methods=["OPTIONS", "HEAD", "POST", "PATCH", "DELETE"],
    provide_automatic_options=False,
)
@role("uploader")
@csrf.streamed
def upload(upload_id: str) -> Response:
    """One of them; POST is for clients that can say no other verb but in a header."""
    return _as_asked(
        {
            "HEAD": lambda: _look(upload_id),
            "PATCH": lambda: _append(upload_id),
            "DELETE": lambda: _remove(upload_id),
        }
    )


@bp.after_request
def speak(response: Response) -> Response:
    """Every answer says which version of the protocol it speaks."""
    response.headers["Tus-Resumable"] = tus.VERSION
    if response.status_code == NoSuchVersion.status:
        response.headers["Tus-Version"] = tus.VERSION
    return response


@bp.errorhandler(AppError)
def refuse(error: AppError) -> tuple[Response, int]:
    """A sentence for the page that sends; 409 is kept for offsets."""
    is_over = isinstance(error, Closed)
    return jsonify(sentence=error.sentence), 410 if is_over else error.status


def _as_asked(verbs: dict[str, Callable[[], Response]]) -> Response:
    """By the verb of the header where there is one, else by that of the request."""
    verb = request.headers.get("X-HTTP-Method-Override", request.method).upper()
    if verb == "OPTIONS":
        return Response(status=204, headers=tus.ABILITIES)
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        raise NoSuchVersion(f"Tus-Resumable moet {tus.VERSION} zijn.")
    if verb not in verbs:
        abort(405)
    if verb != "HEAD":
        csrf.check(request.headers.get("X-CSRFToken"))
    return verbs[verb]()


def _begin() -> Response:
    """A new upload; with its first bytes if they came along."""
    told = request.headers.get("Upload-Metadata", "")
    about = tus.metadata(told)
    if "Upload-Defer-Length" in request.headers:
        raise Unclear("De lengte moet bij het begin bekend zijn (Upload-Length).")
    size = tus.number("Upload-Length", request.headers.get("Upload-Length"))
    upload_id = growing.begin(
        runtime(),
        about.get("draft", ""),
        about.get("filename", ""),
        size,
        told,
        by=current_user.login,
    )
    brings = request.mimetype == tus.BODY
    view = _take(upload_id, 0) if brings else _found(upload_id)
    response = _answer(view, 201)
    response.headers["Location"] = url_for(".upload", upload_id=upload_id)
    return response


def _look(upload_id: str) -> Response:
    view = _found(upload_id)
    response = _answer(view, 200)
    response.headers["Upload-Length"] = str(view.size)
    if view.told:
        response.headers["Upload-Metadata"] = view.told
    return response


def _append(upload_id: str) -> Response:
    if request.mimetype != tus.BODY:
        raise WrongBody(f"Content-Type moet {tus.BODY} zijn.")
    offset = tus.number("Upload-Offset", request.headers.get("Upload-Offset"))
    return _answer(_take(upload_id, offset), 204)


def _remove(upload_id: str) -> Response:
    growing.remove(runtime(), upload_id)
    return Response(status=204)


def _take(upload_id: str, offset: int) -> UploadView:
    """The bytes of this request, straight from the server."""
    size = tus.number("Content-Length", request.headers.get("Content-Length"))
    arriving = body_of(request.environ["wsgi.input"], size, most=PIECE)
    expected = request.headers.get("Upload-Checksum")
    if expected is None:
        body = Bytes(offset, size, arriving)
    else:
        proven = Checksum.parse(expected).over(arriving)
        body = Bytes(offset, size, proven, are_proven=True)
    return growing.append(runtime(), upload_id, body, by=current_user.login)


def _found(upload_id: str) -> UploadView:
    return growing.look(runtime(), upload_id, by=current_user.login)


def _answer(view: UploadView, status: int) -> Response:
    headers = {
        "Upload-Offset": str(view.offset),
        "Upload-Expires": http_date(view.dies_at),
    }
    return Response(status=status, headers=headers)
