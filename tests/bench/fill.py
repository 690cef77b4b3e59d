"""Years of deliveries as rows, put in by the database itself."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, select, text, true
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.communities.models import Community, Managership
from app.filedrop.models import Delivery, DroppedFile, FileState
from app.kernel import tokens
from tests.cast import Cast

A_DAY = timedelta(days=1)
KEPT = 30 * A_DAY


def give_many(cast: Cast, login: str, count: int) -> None:
    """Let somebody manage the first so many communities."""
    account = select(Account.id).where(Account.login == login).scalar_subquery()
    now = literal(cast.clock(), Managership.began_at.type)
    theirs = select(Community.id, account, now).where(Community.id.between(2, count))
    columns = ["community_id", "account_id", "began_at"]
    with cast.runtime.transaction() as session:
        session.execute(insert(Managership).from_select(columns, theirs))


def fill(cast: Cast, batches: range, *, living: int) -> None:
    """For each a delivery of a file for everybody; all but the first had their time."""
    now = cast.clock()
    for at in batches:
        is_over = at >= living
        posted_at = now - at * A_DAY / 2 - (KEPT if is_over else 0 * A_DAY)
        with cast.runtime.transaction() as session:
            delivery = _sent(session, posted_at)
            _place(session, delivery, at, is_purged=is_over)
            if is_over:
                _fetch(session, delivery, true())
    _look(cast)


def big_delivery(cast: Cast, count: int) -> str:
    """One delivery of so many files, half of them downloaded; its address."""
    with cast.runtime.transaction() as session:
        communities = session.scalar(select(func.count()).select_from(Community)) or 1
        delivery = _sent(session, cast.clock())
        for at, start in enumerate(range(0, count, communities)):
            place = count * 10 + at  # no other has it
            _place(session, delivery, place, upto=min(communities, count - start))
        _fetch(session, delivery, DroppedFile.id % 2 == 0)
    _look(cast)
    return delivery.public_id


def total_of(cast: Cast) -> int:
    with cast.runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(DroppedFile)) or 0


def _sent(session: Session, posted_at: datetime) -> Delivery:
    delivery = Delivery(
        public_id=tokens.public_id(),
        by="sam.claes",
        shared_by="Fluvius Energiedelen",
        posted_at=posted_at,
    )
    session.add(delivery)
    session.flush()
    return delivery


def _place(
    session: Session,
    delivery: Delivery,
    at: int,
    *,
    upto: int | None = None,
    is_purged: bool = False,
) -> None:
    """The file of that number for each community: a month and a version."""
    year, month = divmod(2026 * 12 + 8 - at // 3 % 600, 12)
    period, version = f"{year}-{month + 1:02}", at % 3 + 1
    digits = func.substr(Community.number, 3)
    expires_at = delivery.posted_at + KEPT
    values: dict[str, Any] = {
        "public_id": literal(f"F{at:014}").concat(digits),
        "blob_key": literal(f"{at:029}").concat(digits),
        "community_id": Community.id,
        "name": literal(f"CORR_{period}_")
        .concat(Community.number)
        .concat(f"_V{version:02}.csv"),
    }
    same = {
        "delivery_id": delivery.id,
        "kind": "correction",
        "ext": "csv",
        "period": period,
        "version": version,
        "reason": "",
        "size": 200_000,
        "sha256": "0" * 64,
        "crc32": 0,
        "sealed_key": None if is_purged else b"\0" * 64,
        "key_day": expires_at.date(),
        "posted_at": delivery.posted_at,
        "retention_days": KEPT.days,
        "expires_at": expires_at,
        "purged_at": expires_at if is_purged else None,
    }
    for name, value in same.items():
        values[name] = literal(value, getattr(DroppedFile, name).type)
    chosen = select(*values.values()).order_by(Community.id).limit(upto)
    session.execute(insert(DroppedFile).from_select(list(values), chosen))


def _fetch(session: Session, delivery: Delivery, which: ColumnElement[bool]) -> None:
    """Their managers downloaded them, three days after they were placed."""
    at = literal(delivery.posted_at + 3 * A_DAY, FileState.downloaded_at.type)
    served = literal([[0, 200_000]], FileState.served.type)
    managers = Managership.community_id == DroppedFile.community_id
    done = (
        select(DroppedFile.id, Managership.account_id, at, at, served)
        .join(Managership, managers)
        .where(DroppedFile.delivery_id == delivery.id, which)
    )
    columns = ["file_id", "account_id", "opened_at", "downloaded_at", "served"]
    session.execute(insert(FileState).from_select(columns, done))


def _look(cast: Cast) -> None:
    """What a database does by itself within minutes: learn how its rows are spread."""
    with cast.runtime.transaction() as session:
        session.execute(text("ANALYZE"))
