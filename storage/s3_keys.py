"""Keys that die on their day, in a bucket of their own: names as LocalKeys has them."""

import secrets
from dataclasses import dataclass
from datetime import date

from storage import KEY_BYTES, KeyDestroyed, KeyRefused, stated
from storage.bucket import Absent, Bucket, Unmet
from storage.keys import MasterKeys, open_under, purpose, seal_under, wrapper

KEY, TOMBSTONE = ".key", ".destroyed"


@dataclass(frozen=True)
class S3Keys:
    """Keeps the key of a day in an object; a tombstone beside it counts for ever."""

    bucket: Bucket
    master: MasterKeys

    def new_day(self, day: date) -> None:
        self._refuse_destroyed(day)
        self.bucket.prove_exclusive()
        sealed = self.master.seal(secrets.token_bytes(KEY_BYTES), purpose(day))
        try:
            self.bucket.ask("put_object", _name(day), Body=sealed, IfNoneMatch="*")
        except Unmet:
            return
        self._take_back_if_destroyed(day)

    def seal(self, day: date, key: bytes) -> bytes:
        try:
            day_key = self._day_key(day)
        except KeyRefused:  # asked for first, since it is there on all but one call
            self.new_day(day)
            day_key = self._day_key(day)
        return seal_under(day_key, day, key)

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        stated(reason)
        return open_under(self._day_key(day), day, sealed)

    def destroy_day(self, day: date) -> None:
        """Leave the tombstone, then remove the key in each of its versions."""
        self.bucket.ask("put_object", _name(day, TOMBSTONE), Body=b"")
        if any(self.bucket.versions(_name(day))):
            noise = secrets.token_bytes(KEY_BYTES)  # where the store writes in place
            self.bucket.ask("put_object", _name(day), Body=noise)
        self.bucket.wipe(_name(day))

    def days(self) -> list[date]:
        """List the days with a key here, also one whose destruction was cut short."""
        names = {name for name in self.bucket.ever() if name.endswith(KEY)}
        return sorted(date.fromisoformat(name.removesuffix(KEY)) for name in names)

    def wrapped(self) -> dict[date, str]:
        found = [(day, self._found(day)) for day in self.days()]
        return {day: wrapper(one[0]) for day, one in found if one}

    def rewrap(self) -> int:
        return sum(map(self._rewrap, self.days()))

    def _rewrap(self, day: date) -> bool:
        former = self._found(day)
        if former is None or self.master.is_current(former[0]):
            return False
        sealed, tag = former
        anew = self.master.seal(self.master.open(sealed, purpose(day)), purpose(day))
        try:  # only over what was read: a key that died meanwhile stays dead
            put = self.bucket.ask("put_object", _name(day), Body=anew, IfMatch=tag)
        except (Unmet, Absent):
            now = self._found(day)
            if now is None or self.master.is_current(now[0]):
                return False
            raise
        self.bucket.wipe(_name(day), keep=put.get("VersionId", "null"))
        return True

    def _found(self, day: date) -> tuple[bytes, str] | None:
        """The day's sealed key and its tag, if it lives."""
        try:
            self._refuse_destroyed(day)
            return self.bucket.content(_name(day))
        except (KeyDestroyed, Absent):
            return None

    def _day_key(self, day: date) -> bytes:
        self._refuse_destroyed(day)
        try:
            sealed, _ = self.bucket.content(_name(day))
        except Absent:
            raise KeyRefused(f"there is no key of {day}") from None
        return self.master.open(sealed, purpose(day))

    def _refuse_destroyed(self, day: date) -> None:
        try:
            self.bucket.content(_name(day, TOMBSTONE))
        except Absent:
            return
        raise KeyDestroyed(f"the key of {day} was destroyed")

    def _take_back_if_destroyed(self, day: date) -> None:
        try:
            self._refuse_destroyed(day)
        except KeyDestroyed:  # between our look and our writing
            self.bucket.wipe(_name(day))
            raise


def _name(day: date, suffix: str = KEY) -> str:
    return day.isoformat() + suffix
