"""The key service: it alone holds the master keys, and opens one seal at a time."""

import logging
import os
import socket
import stat
import struct
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from threading import BoundedSemaphore

from storage import KeysAway, KeyStore, StorageError, stated
from storage.key_wire import Message, day, opened, packed, receive, refusal, send, word
from storage.keys import MasterKeys
from storage.meter import Meter

log = logging.getLogger("energiepost.keys")
AT_ONCE, WAITING, PATIENCE = 16, 128, 5.0
RIGHTS = 0o660
PEER = struct.Struct("3i")  # pid, uid, gid


@dataclass(frozen=True)
class KeyService:
    """Answers the questions of the house's own users, each with a reason, and no more.

    The day keys never leave it; a data key does, one for each question.
    """

    keys: KeyStore
    master: MasterKeys
    peers: AbstractSet[int]
    meter: Meter
    alarms: Meter = field(default_factory=lambda: Meter(1))

    def serve(self, listening: socket.socket) -> None:
        """Answer until the socket is shut down; what was asked by then is answered."""
        turns = BoundedSemaphore(AT_ONCE)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while line := _accepted(listening, turns):
                pool.submit(self._hear, line).add_done_callback(
                    lambda _done: turns.release()
                )

    def answer(self, question: Message, uid: int) -> Message:
        """What follows from one question; a refusal is an answer too."""
        verb = str(question.get("verb"))
        try:
            found = self._verbs[verb](question, uid)
        except (StorageError, ValueError) as refused:
            if not isinstance(refused, KeysAway):  # those have their own line
                log.warning("%.20s refused to uid %d: %s", verb, uid, refused)
            return refusal(refused)
        except (KeyError, TypeError) as strange:
            log.warning("%.20r of uid %d: %r", verb, uid, strange)
            return refusal(ValueError("this is no question of ours"))
        return found

    @property
    def _verbs(self) -> dict[str, Callable[[Message, int], Message]]:
        return {
            "new_day": self._new_day,
            "seal": self._seal,
            "unseal": self._unseal,
            "destroy_day": self._destroy_day,
            "days": lambda *_: {"days": [d.isoformat() for d in self.keys.days()]},
            "wrapped": self._wrapped,
            "rewrap": self._rewrap,
            "ids": lambda *_: {"ids": list(self.master.ids)},
            "derive": self._derive,
        }

    def _new_day(self, question: Message, _uid: int) -> Message:
        self.keys.new_day(day(question))
        return {}

    def _seal(self, question: Message, _uid: int) -> Message:
        return {
            "sealed": packed(self.keys.seal(day(question), opened(question, "key")))
        }

    def _unseal(self, question: Message, uid: int) -> Message:
        asked, reason = day(question), stated(word(question, "reason"))
        if seconds := self.meter.wait():
            if not self.alarms.wait():
                log.error("ALARM uid %d asks for keys too fast: %s", uid, reason)
            raise KeysAway("too many keys were asked for", after=ceil(seconds))
        try:
            key = self.keys.unseal(asked, opened(question, "sealed"), reason)
        except StorageError:  # why follows, for every verb alike
            log.warning("no unseal %s %s uid %d", asked, reason, uid)
            raise
        log.info("unseal %s %s uid %d", asked, reason, uid)
        return {"key": packed(key)}

    def _destroy_day(self, question: Message, uid: int) -> Message:
        asked = day(question)
        self.keys.destroy_day(asked)
        log.info("destroy %s uid %d", asked, uid)
        return {}

    def _wrapped(self, _question: Message, _uid: int) -> Message:
        return {"wrapped": {str(d): by for d, by in self.keys.wrapped().items()}}

    def _rewrap(self, _question: Message, uid: int) -> Message:
        count = self.keys.rewrap()
        log.info("rewrap %d under %s uid %d", count, self.master.first, uid)
        return {"count": count}

    def _derive(self, question: Message, uid: int) -> Message:
        """Keys that the pages need; none of them opens a day's: that one is sealed."""
        key_id, purpose = word(question, "id"), word(question, "purpose")
        key = self.master.derive(key_id, purpose)
        log.info("derive %s uid %d", key_id, uid)
        return {"key": packed(key)}

    def _hear(self, line: socket.socket) -> None:
        with line:
            uid = _uid_of(line)
            if uid not in self.peers:
                log.error("ALARM uid %d asks for keys and may not", uid)
                return
            try:
                send(line, self.answer(receive(line, PATIENCE), uid))
            except (OSError, ValueError, TypeError) as broken:
                log.warning("uid %d: %s", uid, type(broken).__name__)
            except Exception:
                log.exception("a question of uid %d broke", uid)


@contextmanager
def listening_at(path: Path) -> Iterator[socket.socket]:
    """A socket that our user and group may reach; OSError if somebody listens there."""
    _clear(path)
    former = os.umask(0o777 & ~RIGHTS)
    with socket.socket(socket.AF_UNIX) as listening:
        try:
            listening.bind(str(path))
        finally:
            os.umask(former)
        listening.listen(WAITING)
        try:
            yield listening
        finally:
            path.unlink(missing_ok=True)


def shut(listening: socket.socket) -> None:
    """Let whoever serves there end, from a thread or a signal's handler."""
    with suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)


def _accepted(
    listening: socket.socket, turns: BoundedSemaphore
) -> socket.socket | None:
    """The next line once there is a turn for it; None when the socket was shut."""
    turns.acquire()
    try:
        return listening.accept()[0]
    except OSError:
        turns.release()
        return None


def _uid_of(line: socket.socket) -> int:
    peer = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
    uid: int = PEER.unpack(peer)[1]
    return uid


def _clear(path: Path) -> None:
    """Take away what a killed service left; one that lives keeps its place."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise FileExistsError(None, "is there already", str(path))
        with socket.socket(socket.AF_UNIX) as knock:
            if knock.connect_ex(str(path)) == 0:
                raise FileExistsError(None, "somebody listens there", str(path))
        path.unlink()
