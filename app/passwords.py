"""Own passwords: Argon2id with a pepper, a few at once, and never a shortcut."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from app.kernel.errors import Busy
from app.keyring import Keyring

log = logging.getLogger("energiepost.accounts")
QUEUE, PATIENCE = 50, 10.0  # so many wait, so many seconds
PEPPER = "password pepper"


@dataclass(frozen=True)
class Cost:
    """What one hash takes; without a word OWASP's floor: 18 ms, 19 MiB."""

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1

    @property
    def nobody(self) -> str:
        """What a password of nobody is held against: it costs the same, never fits."""
        cost = f"m={self.memory_kib},t={self.passes},p={self.lanes}"
        return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


DECIDED = Cost()


@dataclass(frozen=True)
class Hashed:
    """A password's hash and the id of the key that peppered it."""

    text: str
    key_id: str


class Passwords:
    """Makes and checks hashes, so many at once; a full queue raises Busy."""

    def __init__(
        self,
        keyring: Keyring,
        *,
        cost: Cost = DECIDED,
        at_once: int = 1,
        queue: int = QUEUE,
        patience: float = PATIENCE,
    ) -> None:
        self._keyring = keyring
        self._hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes)
        self._nobody = cost.nobody
        self._turns = BoundedSemaphore(at_once)
        self._queue = BoundedSemaphore(at_once + queue)
        self._patience = patience

    def hash(self, password: str) -> Hashed:
        key_id = self._keyring.first
        with self._turn():
            return Hashed(self._hasher.hash(self._peppered(password, key_id)), key_id)

    def is_current(self, hashed: Hashed) -> bool:
        """Whether the key that makes today peppered it."""
        return hashed.key_id == self._keyring.first

    def check(self, password: str, against: Hashed | None) -> bool:
        """Whether it is the one; without a hash it takes as long, and never is."""
        known = against or Hashed(self._nobody, self._keyring.first)
        if not self._keyring.holds(known.key_id):
            log.error("ALARM MASTER_KEYS lost key %s: its passwords fail", known.key_id)
            known = Hashed(self._nobody, self._keyring.first)
        peppered = self._peppered(password, known.key_id)
        with self._turn():
            try:
                return self._hasher.verify(known.text, peppered)
            except VerificationError:
                return False

    def _peppered(self, password: str, key_id: str) -> str:
        return b64encode(self._keyring.mac(PEPPER, password, key_id)).decode()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._queue.acquire(blocking=False):
            raise Busy(after=5)
        try:
            if not self._turns.acquire(timeout=self._patience):
                raise Busy(after=5)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._queue.release()
