"""Counting tries: before the answer is known, so that parallel ones cannot slip by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Throttle
from app.accounts.rules import Bucket, Refused, by_account, by_address

Rule = Callable[..., Bucket | Refused]


@dataclass(frozen=True)
class Keys:
    """The buckets in which one try counts; a known device has its own."""

    account: str
    address: str | None


@dataclass(frozen=True)
class Counter:
    """The buckets of tries; on PostgreSQL the row is locked until the commit."""

    session: Session
    now: datetime

    def count(self, keys: Keys) -> Refused | None:
        """One more failure in each bucket, unless one of them has to wait."""
        if keys.address is not None:
            refused = self.add(keys.address, by_address)
            if refused:
                return refused
        return self.add(keys.account, by_account)

    def forgive(self, keys: Keys) -> None:
        """It was no failure after all."""
        self.session.execute(delete(Throttle).where(Throttle.key == keys.account))
        if keys.address is not None:
            self.session.execute(
                update(Throttle)
                .where(Throttle.key == keys.address, Throttle.failures > 0)
                .values(failures=Throttle.failures - 1)
            )

    def add(self, key: str, rule: Rule) -> Refused | None:
        """One more in this one bucket, unless its rule says wait."""
        held = self._hold(key)
        after = rule(Bucket(held.failures, held.since, held.until), now=self.now)
        if isinstance(after, Refused):
            return after
        held.failures, held.since, held.until = after.failures, after.since, after.until
        self.session.flush()
        return None

    def _hold(self, key: str) -> Throttle:
        """The bucket's row, made if need be, and ours until the commit."""
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(Throttle)
        fresh = {"key": key, "failures": 0, "since": self.now, "until": self.now}
        self.session.execute(insert.values(fresh).on_conflict_do_nothing())
        locked = select(Throttle).where(Throttle.key == key).with_for_update()
        return self.session.scalars(
            locked, execution_options={"populate_existing": True}
        ).one()
