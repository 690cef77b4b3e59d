"""Counting tries: before the answer is known, so that parallel ones cannot slip by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Throttle
from app.accounts.rules import Bucket, Refused, by_account, by_address
from app.keyring import Keyring

Rule = Callable[..., Bucket | Refused]


def bucket(keyring: Keyring, *what: str) -> str:
    """The key of a bucket: it tells nobody whose tries are counted in it."""
    return keyring.mac("throttle", "|".join(what)).hex()


@dataclass(frozen=True)
class Keys:
    """The buckets in which one try counts; a known device has its own."""

    account: str
    address: str | None

    def rules(self) -> Mapping[str, Rule]:
        # in this order wherever they are locked, so that nobody waits in a circle
        address = {self.address: by_address} if self.address else {}
        return {**address, self.account: by_account}


@dataclass(frozen=True)
class Counter:
    """The buckets of tries; on PostgreSQL their rows are locked until the commit."""

    session: Session
    now: datetime

    def count(self, buckets: Mapping[str, Rule]) -> Refused | None:
        """One more try in each bucket, unless the rule of one of them says wait."""
        held = [(self._hold(key), rule) for key, rule in buckets.items()]
        counted: list[tuple[Throttle, Bucket]] = []
        for row, rule in held:
            after = rule(Bucket(row.failures, row.since, row.until), now=self.now)
            if isinstance(after, Refused):
                return after
            counted.append((row, after))
        for row, after in counted:
            row.failures, row.since, row.until = (
                after.failures,
                after.since,
                after.until,
            )
        return None

    def forgive(self, keys: Keys) -> None:
        """It was no failure after all."""
        if keys.address is not None:
            self.pardon(keys.address)
        mine = update(Throttle).where(Throttle.key == keys.account)
        self.session.execute(mine.values(failures=0, until=self.now))

    def pardon(self, key: str) -> None:
        """That one try was no failure; the others in its bucket stay counted."""
        self.session.execute(
            update(Throttle)
            .where(Throttle.key == key, Throttle.failures > 0)
            .values(failures=Throttle.failures - 1)
        )

    def turn(self, key: str) -> None:
        """Whoever comes with that key waits from here until we have committed."""
        self._hold(key)

    def _hold(self, key: str) -> Throttle:
        """The bucket's row, made if need be, and ours until the commit."""
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(Throttle)
        fresh = {"key": key, "failures": 0, "since": self.now, "until": self.now}
        # an update that changes nothing locks the row that is there
        held = insert.values(fresh).on_conflict_do_update(
            index_elements=[Throttle.key], set_={"key": key}
        )
        row: Throttle = self.session.scalars(
            held.returning(Throttle), execution_options={"populate_existing": True}
        ).one()
        return row
