"""The rows of a file that comes into its draft, by statements that are built once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.db.session import won
from app.filedrop.models import Draft, DraftFile
from app.kernel import tokens

# tables, for a statement about mapped classes is thought over at each use
DRAFT, FILE = Draft.metadata.tables["draft"], DraftFile.metadata.tables["draft_file"]
FILLED = (
    "public_id",
    "draft_id",
    "name",
    "size",
    "sha256",
    "crc32",
    "blob_key",
    "sealed_key",
    "key_day",
    "chosen",
    "is_set_aside",
    "uploaded_at",
    "uploaded_by",
)
Values = Mapping[str, str | int | bytes | bool | date | datetime | list[str]]


class Claimed(NamedTuple):
    """A draft that nobody else changes before the commit."""

    id: int
    kind: str
    dies_at: datetime


def is_open(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Neither released nor thrown away, and not yet dead of age."""
    return (
        DRAFT.c.released_at.is_(None)
        & DRAFT.c.discarded_at.is_(None)
        & (DRAFT.c.dies_at > now)
    )


def is_still(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Open, and not released for an hour that is to come."""
    return is_open(now) & DRAFT.c.leaves_at.is_(None)


def claimed(session: Session, public_id: str, now: datetime) -> Claimed | None:
    """The draft if it takes changes; who looked at it before sees that it changed."""
    values = {"asked": public_id, "at": now, "fresh": tokens.public_id()}
    row = session.execute(_CLAIM, values).one_or_none()
    return Claimed(*row) if row else None


def last_moment(session: Session, public_id: str, now: datetime) -> datetime | None:
    """When it dies, if it takes changes."""
    moment: datetime | None = session.scalar(_DIES, {"asked": public_id, "at": now})
    return moment


def put_in(session: Session, row: Values, *, below: int) -> bool:
    """Whether it is in: there was none of its name, and fewer files than that."""
    return won(session, _PUT_IN, {**row, "below": below})


_ASKED = (
    DRAFT.c.public_id == bindparam("asked", type_=String),
    is_still(bindparam("at", type_=DRAFT.c.dies_at.type)),
)
_DIES = select(DRAFT.c.dies_at).where(*_ASKED)
_CLAIM = (
    update(DRAFT)
    .where(*_ASKED)
    .values(release_id=bindparam("fresh"))
    .returning(DRAFT.c.id, DRAFT.c.kind, DRAFT.c.dies_at)
)
_THEIRS = FILE.c.draft_id == bindparam("draft_id")
_PUT_IN = insert(FILE).from_select(
    FILLED,
    select(*(bindparam(name, type_=FILE.c[name].type) for name in FILLED)).where(
        ~exists().where(_THEIRS, FILE.c.name == bindparam("name")),
        select(func.count()).select_from(FILE).where(_THEIRS).scalar_subquery()
        < bindparam("below", type_=Integer),
    ),
)
