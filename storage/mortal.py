"""Days end by the clock: one that is over has no key, whatever lies in the store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from storage import KeyDestroyed, KeyRefused, KeyStore

GRACE = timedelta(hours=1)  # what was asked before midnight may still be under way


@dataclass(frozen=True)
class MortalKeys:
    """Around any store: nothing of a past day opens, no key of a coming day dies.

    So a key that somebody put back opens nothing, and whoever may ask for keys
    cannot destroy the files that live today.
    """

    inner: KeyStore
    clock: Callable[[], datetime]
    zone: tzinfo

    def new_day(self, day: date) -> None:
        self._refuse_past(day)
        self.inner.new_day(day)

    def seal(self, day: date, key: bytes) -> bytes:
        self._refuse_past(day)
        return self.inner.seal(day, key)

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        self._refuse_past(day)
        return self.inner.unseal(day, sealed, reason)

    def destroy_day(self, day: date) -> None:
        if day > self._local(self.clock()):
            raise KeyRefused(f"{day} has not begun: its key stays")
        self.inner.destroy_day(day)

    def days(self) -> list[date]:
        return self.inner.days()

    def wrapped(self) -> dict[date, str]:
        return self.inner.wrapped()

    def rewrap(self) -> int:
        return self.inner.rewrap()

    def _refuse_past(self, day: date) -> None:
        if day < self._local(self.clock() - GRACE):
            raise KeyDestroyed(f"{day} is over, and its key with it")

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
