"""A contract's bytes: sealed into the store before the row, read by who may."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy.orm import Session

from app.db.kept import KeptBlob
from app.kernel.errors import Full
from app.runtime import Runtime
from storage import StoreFull, new_data_key

PURPOSE = "contract"


@dataclass(frozen=True)
class Paper:
    """Bytes that lie in the store; a row must follow, or the sweep takes them."""

    key: str
    key_id: str
    sealed_key: bytes
    size: int
    sha256: str


def put_away(runtime: Runtime, content: bytes) -> Paper:
    """Seal the bytes under a key of their own; Full when there is no room."""
    key, data_key = str(uuid4()), new_data_key()
    key_id, sealed_key = runtime.keyring.seal(PURPOSE, data_key)
    try:
        runtime.blobs.put(key, [content], data_key)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; er is niets bewaard."
        ) from full
    return Paper(key, key_id, sealed_key, len(content), sha256(content).hexdigest())


def keep(session: Session, paper: Paper, *, at: datetime) -> str:
    """The row that says whose they are; the key to point at it by."""
    session.add(
        KeptBlob(
            key=paper.key,
            key_id=paper.key_id,
            sealed_key=paper.sealed_key,
            size=paper.size,
            sha256=paper.sha256,
            at=at,
        )
    )
    session.flush()
    return paper.key


def read(runtime: Runtime, session: Session, key: str) -> bytes:
    """All of them, each proven as it was put."""
    kept = session.get_one(KeptBlob, key)
    data_key = runtime.keyring.unseal(PURPOSE, kept.key_id, kept.sealed_key)
    return b"".join(runtime.blobs.open(key, data_key))
