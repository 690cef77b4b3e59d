"""Keys that another process holds: the door, and what is derived, by its socket."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from time import monotonic

from storage import KeysAway
from storage.key_wire import Message, agreed, opened, packed, receive, send

PATIENCE, AGAIN = 15.0, 10
REMEMBERED = 60.0


@dataclass(frozen=True)
class ServiceKeys:
    """Asks the key service, a line for each question; KeysAway when it is not there."""

    path: Path

    def new_day(self, day: date) -> None:
        ask(self.path, "new_day", day=day.isoformat())

    def seal(self, day: date, key: bytes) -> bytes:
        answer = ask(self.path, "seal", day=day.isoformat(), key=packed(key))
        return opened(answer, "sealed")

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        told = {"day": day.isoformat(), "sealed": packed(sealed), "reason": reason}
        return opened(ask(self.path, "unseal", **told), "key")

    def destroy_day(self, day: date) -> None:
        ask(self.path, "destroy_day", day=day.isoformat())

    def days(self) -> list[date]:
        return list(map(date.fromisoformat, _texts(ask(self.path, "days"), "days")))

    def wrapped(self) -> dict[date, str]:
        found = ask(self.path, "wrapped")["wrapped"]
        if not isinstance(found, dict):
            raise TypeError("days have names")
        return {date.fromisoformat(day): str(by) for day, by in found.items()}

    def rewrap(self) -> int:
        return int(str(ask(self.path, "rewrap")["count"]))


class ServiceMaster:
    """What the pages derive from master keys that they never see; asked for once."""

    def __init__(self, path: Path, clock: Callable[[], float] = monotonic) -> None:
        self._path, self._clock, self._lock = path, clock, Lock()
        self._ids: Sequence[str] = ()
        self._asked_at = 0.0
        self._derived: dict[tuple[str, str], bytes] = {}

    @property
    def ids(self) -> Sequence[str]:
        return self._known()

    @property
    def first(self) -> str:
        return self._known()[0]

    def holds(self, key_id: str) -> bool:
        """Whether it is among them; another process may know a newer one."""
        return key_id in self._known() or key_id in self._renewed()

    def derive(self, key_id: str, purpose: str) -> bytes:
        if (known := self._derived.get((key_id, purpose))) is not None:
            return known
        answer = ask(self._path, "derive", id=key_id, purpose=purpose)
        return self._derived.setdefault((key_id, purpose), opened(answer, "key"))

    def _known(self) -> Sequence[str]:
        """The ids as they were within the last minute; older ones when it is away."""
        if self._ids and self._clock() - self._asked_at < REMEMBERED:
            return self._ids
        try:
            return self._renewed()
        except KeysAway:
            if not self._ids:
                raise
            return self._ids

    def _renewed(self) -> Sequence[str]:
        ids = _texts(ask(self._path, "ids"), "ids")
        with self._lock:
            self._ids, self._asked_at = ids, self._clock()
        return ids


def ask(path: Path, verb: str, **words: str) -> Message:
    """The answer of the service there, or what it raised; KeysAway for silence."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(path))
            send(line, {"verb": verb, **words})
            answer = receive(line, PATIENCE)
    except (OSError, ValueError, TypeError) as silent:
        why = f"the key service does not answer: {type(silent).__name__}"
        raise KeysAway(why, after=AGAIN) from silent
    return agreed(answer)


def _texts(message: Message, name: str) -> list[str]:
    found = message[name]
    if not isinstance(found, list):
        raise TypeError(f"{name} is no list")
    return list(map(str, found))
