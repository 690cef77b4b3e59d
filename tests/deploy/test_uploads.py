"""A large file through nginx as it is committed: cut, resumed, never on a disk."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from app import create_app
from app.filedrop.models import DraftFile
from tests.cast import NOORD, SAM_MOBILE, STAFF_PASSWORD, Cast, correction
from tests.deploy.site import SITE, Front, front, until
from tests.drafting import begin
from tests.tus import BODY, RESUMABLE, UPLOADS, told
from tests.visitor import SID, Visitor

MEBIBYTE = 1 << 20
CONTENT = secrets.token_bytes(6 * MEBIBYTE + 5)
CUT = 3 * MEBIBYTE + 7
BUFFERED = "client request body is buffered to a temporary file"


class Sender(NamedTuple):
    """Sam, signed in: where a draft is, and what the browser sends along."""

    draft: str
    headers: dict[str, str]

    def make(self, site: Front, name: str, size: int) -> str:
        """The address of a new upload."""
        metadata = told(filename=name, draft=self.draft)
        about = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        got = site.person().ask(
            UPLOADS, method="POST", headers={**self.headers, **about}
        )
        assert got.status == 201, got.text
        return got.headers["Location"]

    def offset(self, site: Front, path: str) -> int | None:
        """How far it is; nothing while who was cut off is still writing."""
        got = site.person().ask(path, method="HEAD", headers=self.headers)
        return int(got.headers["Upload-Offset"]) if got.status == 200 else None

    def patch(
        self, site: Front, path: str, content: bytes, at: int, *, size: int
    ) -> HTTPResponse | None:
        """Say that so many bytes come; with fewer the line is cut, unanswered."""
        words = {"Content-Type": BODY, "Upload-Offset": str(at)}
        with closing(site.person()) as line:
            line.putrequest("PATCH", path, skip_host=True)
            length = {"Host": SITE, "Content-Length": str(size)}
            for name, value in {**length, **words, **self.headers}.items():
                line.putheader(name, value)
            line.endheaders(content)
            return line.getresponse() if len(content) == size else None


@pytest.fixture
def sam(cast: Cast) -> Sender:
    person = Visitor(create_app(cast.runtime).test_client())
    cast.settled("sam.claes", STAFF_PASSWORD)
    person.sign_in(cast, "sam.claes", SAM_MOBILE, password=STAFF_PASSWORD)
    draft = begin(person).rpartition("/")[2]
    cookie = f"{SID}={person.cookie}"
    token = {"Cookie": cookie, "X-CSRFToken": person.token()}
    return Sender(draft, {**RESUMABLE, **token})


def test_a_file_that_was_cut_goes_on_and_no_byte_of_it_met_nginxs_disk(
    site: Front, sam: Sender, cast: Cast
) -> None:
    name = correction(NOORD, version=7)
    path = sam.make(site, name, len(CONTENT))
    sam.patch(site, path, CONTENT[:CUT], 0, size=len(CONTENT))
    until(lambda: bool(sam.offset(site, path)), "what came is kept")
    at = sam.offset(site, path)
    assert at
    assert MEBIBYTE < at <= CUT  # nginx may drop what it held when the line broke
    got = sam.patch(site, path, CONTENT[at:], at, size=len(CONTENT) - at)
    assert got
    assert (got.status, got.headers["Upload-Offset"]) == (204, str(len(CONTENT)))
    with cast.runtime.reading() as session:
        file = session.scalars(select(DraftFile).where(DraftFile.name == name)).one()
    assert file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert "temporary file" not in site.words


def test_without_our_line_nginx_would_keep_it_until_it_is_whole(
    careless: Front, sam: Sender
) -> None:
    path = sam.make(careless, correction(NOORD, version=8), len(CONTENT))
    sam.patch(careless, path, CONTENT[:CUT], 0, size=len(CONTENT))
    until(lambda: BUFFERED in careless.words, "it is written down")
    assert sam.offset(careless, path) == 0


@pytest.fixture
def careless(app_socket: Path, certificate: Path, tmp_path: Path) -> Iterator[Front]:
    """The same, but for the line that lets a body through as it comes."""
    line = {"proxy_request_buffering off;": ""}
    with front(tmp_path, certificate, app_socket, line) as nginx:
        yield nginx
