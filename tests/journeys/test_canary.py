"""A marked plaintext: where it could lie it is looked for, while it is on its way.

Once with SQLite and folders, once with PostgreSQL and buckets.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_bytes

import pytest
from sqlalchemy import make_url

from app.filedrop import upkeep
from app.runtime import Runtime
from storage.bucket import Bucket
from storage.crypto import SealedBlobs
from storage.meter import Pace
from storage.scanner import CLEAN, Finding, Verdict
from tests.cast import NOORD, Cast, correction
from tests.drafting import RAW, released
from tests.servers import rgw
from tests.servers.remains import in_memory_of, lying_in
from tests.tus import BODY, Tus
from tests.visitor import SITE, Visitor

MARKED = token_bytes(64)
MARK = MARKED[:32]
CONTENT = MARKED * 40_000  # three segments
DRAFTS = "/beheer/leveringen/nieuw/"
SMALL, LARGE = correction(NOORD), correction(NOORD, version=2)


class Watched(io.BytesIO):
    """A body that looks around once half of it was taken."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__(CONTENT)
        self.look, self.is_watched = look, False

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > len(CONTENT) // 2 and not self.is_watched:
            self.is_watched = True
            self.look()
        return super().read(size)


@dataclass
class Looking:
    """A scanner that finds nothing, and looks around in the middle of a file."""

    look: Callable[[], None]
    has_looked: bool = False
    lets_by: frozenset[Finding] = frozenset({Finding.CLEAN})

    def check(self, pieces: Iterable[bytes]) -> Verdict:
        for _ in pieces:
            if not self.has_looked:
                self.has_looked = True
                self.look()
        return CLEAN


@dataclass
class Places:
    """Where bytes of this house could lie."""

    folders: list[Path]
    gateway: Path | None = None
    looks: int = field(default=0)

    def hold(self, mark: bytes) -> bool:
        found = lying_in(mark, self.folders)
        in_gateway = self.gateway and in_memory_of("ceph-osd", self.gateway, mark)
        return bool(found or in_gateway)

    def look(self) -> None:
        self.looks += 1
        assert not self.hold(MARK)


@pytest.fixture
def buckets(
    request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[rgw.Rgw, Bucket] | None:
    if database_url.startswith("sqlite"):
        return None
    for name, value in rgw.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    server: rgw.Rgw = request.getfixturevalue("s3_server")
    return server, request.getfixturevalue("bucket")


@pytest.fixture
def environ(
    environ: dict[str, str], buckets: tuple[rgw.Rgw, Bucket] | None
) -> dict[str, str]:
    if buckets is None:
        return environ
    server, bucket = buckets
    return environ | {
        "BLOBS": f"s3://{rgw.PLAIN}/{bucket.prefix}",
        "KEYS": f"s3://{rgw.KEYS}/{bucket.prefix}",
        "S3_ENDPOINT": server.url,
    }


@pytest.fixture
def places(
    tmp_path: Path, database_url: str, buckets: tuple[rgw.Rgw, Bucket] | None
) -> Places:
    if buckets is None:
        return Places([tmp_path])
    server = Path(str(make_url(database_url).query["host"]))
    return Places([tmp_path, server, buckets[0].folder], buckets[0].folder)


@pytest.fixture
def runtime(runtime: Runtime, places: Places) -> Runtime:
    return replace(runtime, scanner=Looking(places.look))


@pytest.fixture
def delivered(cast: Cast, sam: Visitor, places: Places) -> Cast:
    """Two files, one sent at once and one by tus; scanned and released."""
    cast.settled()
    tus = Tus.of(sam)
    told = {"CONTENT_LENGTH": str(len(CONTENT))}
    sent = sam.client.post(
        f"{DRAFTS}{tus.draft}/bestanden?naam={SMALL}",
        input_stream=Watched(places.look),
        content_type=RAW,
        headers={"X-CSRFToken": tus.csrf},
        environ_overrides=told,
        base_url=SITE,
    )
    assert sent.status_code == 201, sent.get_data(as_text=True)
    upload = tus.made(LARGE, len(CONTENT))
    patched = tus.ask(
        "PATCH",
        upload,
        input_stream=Watched(places.look),
        headers={"Upload-Offset": "0", "Content-Type": BODY},
        environ_overrides=told,
    )
    assert patched.status_code == 204, patched.status
    assert cast.tick("filedrop.scan") > 0
    assert released(sam, cast, f"{DRAFTS}{tus.draft}", "2").status_code == 303
    return cast


def test_nothing_of_a_file_lies_open_anywhere(
    delivered: Cast,
    runtime: Runtime,
    places: Places,
    visitor: Callable[[], Visitor],
) -> None:
    assert places.looks == 3
    an = visitor()
    an.sign_in(delivered, "an.peeters")
    ids = [delivered.file(name).public_id for name in (SMALL, LARGE)]
    path = f"/bestanden/zip?id={ids[0]}&id={ids[1]}"
    with closing(an.client.get(path, base_url=SITE)) as answer:
        stream = answer.iter_encoded()
        got = next(stream)
        places.look()
        got += b"".join(stream)
    with zipfile.ZipFile(io.BytesIO(got)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [CONTENT] * 2
    delivered.clock.forward(hours=2)
    pace = Pace(2 * len(CONTENT), lambda: 0.0, lambda ahead: look_once(ahead, places))
    seen = upkeep.verify(runtime, pace)
    assert (seen.files, seen.damaged) == (2, [])
    delivered.tick("post.deliver")
    places.look()
    assert places.looks == 6
    assert places.hold(sealed(runtime, delivered.file(SMALL).blob_key)), "who looks"


def look_once(ahead: float, places: Places) -> None:
    """In the middle of a file that is read."""
    if places.looks == 4 and ahead > 0.25:
        places.look()


def sealed(runtime: Runtime, key: str) -> bytes:
    """Bytes of that blob as they lie in the store: the look would find them."""
    assert isinstance(runtime.blobs, SealedBlobs)
    with closing(runtime.blobs.inner.open(key, 100, 132)) as pieces:
        return next(pieces)
