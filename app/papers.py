"""Papers kept for years: put away, opened, sealed anew, and proven byte by byte."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from app.db import kept
from app.db.kept import KeptBlob
from app.kernel.errors import Full
from app.runtime import Runtime
from storage import KeysAway, StorageError, StoreFull, new_data_key
from storage.meter import Pace

log = logging.getLogger("energiepost.papers")
Wait = Callable[[Callable[[], bytes]], bytes]  # for whoever holds the keys


@dataclass(frozen=True)
class Paper:
    """Bytes that lie in the store; a row must follow, or the sweep takes them."""

    key: str
    purpose: str
    key_id: str
    sealed_key: bytes = field(repr=False)
    size: int
    sha256: str


@dataclass(frozen=True)
class Proven:
    """How many papers were read, and which are not what was put away."""

    papers: int
    bytes: int
    damaged: list[str]


def put_away(runtime: Runtime, content: bytes, purpose: str) -> Paper:
    """Seal the bytes under a key of their own; Full when there is no room."""
    key, data_key = str(uuid4()), new_data_key()
    key_id, sealed_key = runtime.keyring.seal(purpose, data_key)
    try:
        runtime.blobs.put(key, [content], data_key)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets bewaard."
        ) from full
    digest = sha256(content).hexdigest()
    return Paper(key, purpose, key_id, sealed_key, len(content), digest)


def keep(session: Session, paper: Paper, *, at: datetime) -> str:
    """The row that says whose they are; the key to point at it by."""
    session.add(KeptBlob(at=at, **vars(paper)))
    session.flush()
    return paper.key


def read(runtime: Runtime, session: Session, key: str) -> bytes:
    """All of them, each proven as it was put."""
    return b"".join(_opened(runtime, session.get_one(KeptBlob, key), _at_once))


@contextmanager
def taken_back(runtime: Runtime, paper: Paper) -> Iterator[None]:
    """Whatever goes wrong within: the bytes go too.

    Never around a commit: one that fails may have happened, and the sweep tells.
    """
    try:
        yield
    except BaseException:
        discard(runtime, [paper.key])
        raise


def discard(runtime: Runtime, keys: Iterable[str]) -> None:
    """The bytes whose rows went; what stays after a crash, the sweep takes."""
    for key in keys:
        runtime.blobs.delete(key)


def reseal(runtime: Runtime, session: Session) -> int:
    """Seal the keys of papers under the first master key; say how many.

    One that does not open is left as it is: to verify names it.
    """
    old = kept.not_under(session, runtime.keyring.first)
    return sum(_is_sealed_anew(runtime, session, paper) for paper in old)


def verify(runtime: Runtime, pace: Pace, wait: Wait) -> Proven:
    """Read and prove each of them, no faster than the pace; nothing is changed."""
    with runtime.reading() as session:
        papers = kept.settled(session, runtime.clock())
    damaged = []
    for paper in papers:
        if not _is_whole(runtime, paper, pace, wait) and _is_kept(runtime, paper):
            log.error("ALARM %s cannot be read as it was put", paper.about)
            damaged.append(paper.about)
    return Proven(len(papers), sum(paper.size for paper in papers), damaged)


def _is_sealed_anew(runtime: Runtime, session: Session, paper: KeptBlob) -> bool:
    try:
        data_key = _key(runtime, paper)
    except (LookupError, InvalidTag):  # its master key is away, or it was touched
        return False
    seal = runtime.keyring.seal(paper.purpose, data_key)
    return kept.seal_anew(session, paper, seal)


def _is_whole(runtime: Runtime, paper: KeptBlob, pace: Pace, wait: Wait) -> bool:
    digest = sha256()
    try:
        for piece in _opened(runtime, paper, wait):
            digest.update(piece)
            pace.spend(len(piece))
    except KeysAway:
        raise  # nothing is known of the paper
    except (StorageError, LookupError, InvalidTag):
        return False
    return digest.hexdigest() == paper.sha256


def _opened(runtime: Runtime, paper: KeptBlob, wait: Wait) -> Iterator[bytes]:
    return runtime.blobs.open(paper.key, wait(lambda: _key(runtime, paper)))


def _key(runtime: Runtime, paper: KeptBlob) -> bytes:
    return runtime.keyring.unseal(paper.purpose, paper.key_id, paper.sealed_key)


def _is_kept(runtime: Runtime, paper: KeptBlob) -> bool:
    """Whether it still has to be readable: its term may have ended meanwhile."""
    with runtime.reading() as session:
        return bool(kept.known(session, [paper.key]))


def _at_once(ask: Callable[[], bytes]) -> bytes:
    return ask()
