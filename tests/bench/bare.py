"""A front door that only seals: what an upload costs without sums, rows and pages."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from werkzeug.wrappers import Request, Response

from app.web.body import body_of
from storage.crypto import SealedBlobs
from storage.local import LocalBlobs

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def app(folder: str) -> "WSGIApplication":
    """For gunicorn: `tests.bench.bare:app("folder")`."""
    blobs = SealedBlobs(LocalBlobs(Path(folder)))

    @Request.application
    def put(request: Request) -> Response:
        body = request.environ["wsgi.input"]
        pieces = body_of(body, request.content_length or 0)
        blobs.put(str(uuid4()), pieces, secrets.token_bytes(32))
        return Response(status=201)

    return put
