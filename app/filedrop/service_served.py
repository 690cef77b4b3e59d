"""What somebody did with a file: opened it, put it away, was handed which bytes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.filedrop import rules
from app.filedrop.models import FileState
from app.filedrop.rules import Range
from app.filedrop.service_shelf import Taken

Parts = Sequence[tuple[Taken, Range]]
MOST_SPANS = 256  # apart from each other; a download in parts has some at a time


class State(NamedTuple):
    """The row of one file and one manager."""

    file_id: int
    opened_at: datetime | None
    downloaded_at: datetime | None
    removed_at: datetime | None
    served: list[list[int]]
    ended_at: datetime | None

    def ended(self, at: datetime) -> "State":
        """An answer came to its end then; a later one may have been noted before."""
        return self._replace(ended_at=max(at, self.ended_at or at))

    def is_whole(self, size: int, broken: datetime | None) -> bool:
        """An answer ended well since the one that broke off began, if one did."""
        if self.served != [[0, size]]:
            return False
        return broken is None or (self.ended_at is not None and self.ended_at > broken)


# written at each download, so tables, and built once
_STATE = FileState.metadata.tables["file_state"]
_HELD = {
    name: insert.on_conflict_do_update(
        index_elements=[_STATE.c.file_id, _STATE.c.account_id],
        # an update that changes nothing locks the row that is there
        set_={"account_id": insert.excluded.account_id},
    ).returning(*(_STATE.c[column] for column in State._fields))
    for name, insert in (
        ("postgresql", postgresql.insert(_STATE)),
        ("sqlite", sqlite.insert(_STATE)),
    )
}
_CHANGED = update(_STATE).where(
    _STATE.c.file_id == bindparam("of_file"),
    _STATE.c.account_id == bindparam("of_account"),
)


def hold(session: Session, files: Iterable[Taken], account_id: int) -> dict[int, State]:
    """What this manager did with each file, ours alone until the commit."""
    # in one order, so that two requests wait for each other and never both ways
    rows = [
        {"file_id": key, "account_id": account_id, "served": []}
        for key in sorted(file.key for file in files)
    ]
    held = session.execute(_HELD[session.get_bind().dialect.name], rows)
    return {row.file_id: State(*row) for row in held}


def change(
    session: Session, account_id: int, changes: Mapping[int, Mapping[str, object]]
) -> None:
    """Write these columns, by file; its row was held before."""
    rows = [
        {"of_file": key, "of_account": account_id, **columns}
        for key, columns in changes.items()
    ]
    if rows:
        session.execute(_CHANGED, rows)


def hand_over(
    session: Session,
    files: Collection[Taken],
    parts: Parts,
    account_id: int,
    *,
    now: datetime,
    broken: datetime | None,
) -> list[Taken]:
    """Add these parts to what was handed over; return what is whole since now."""
    states = hold(session, files, account_id)
    for file, part in parts:
        state = states[file.key]
        union = rules.merged([*((a, b) for a, b in state.served), part])
        states[file.key] = state._replace(served=[list(it) for it in _longest(union)])
    if broken is None:
        states = {key: it.ended(now) for key, it in states.items()}
    fresh = []
    for file in files:
        state = states[file.key]
        if not state.downloaded_at and state.is_whole(file.size, broken):
            states[file.key] = state._replace(downloaded_at=now)
            fresh.append(file)
    columns = ("served", "ended_at", "downloaded_at")
    change(
        session,
        account_id,
        {
            key: {name: getattr(it, name) for name in columns}
            for key, it in states.items()
        },
    )
    return fresh


def _longest(spans: Collection[Range]) -> list[Range]:
    """As many as are kept; who takes a file by the byte may have to take it again."""
    chosen = sorted(spans, key=lambda span: span[0] - span[1])[:MOST_SPANS]
    return sorted(chosen)
