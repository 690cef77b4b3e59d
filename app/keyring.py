"""The keys that the house derives from its master keys: the first makes, all check."""

import hmac
import secrets
from collections.abc import Sequence
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Master(Protocol):
    """The keys above all others, or who derives from them for us."""

    @property
    def ids(self) -> Sequence[str]:
        """All of them, the one that makes first."""

    @property
    def first(self) -> str:
        """The id of the key that makes; the others check."""

    def holds(self, key_id: str) -> bool:
        """Whether that key is among them."""

    def derive(self, key_id: str, purpose: str) -> bytes:
        """Make the key of 32 bytes that this one gives for this purpose."""


class Keyring:
    """MACs and seals under keys of 256 bits, one for each (master key, purpose)."""

    def __init__(self, master: Master) -> None:
        self._master = master

    @property
    def ids(self) -> Sequence[str]:
        """All master keys, the one that makes first."""
        return self._master.ids

    @property
    def first(self) -> str:
        """The id of the key that makes."""
        return self._master.first

    def holds(self, key_id: str) -> bool:
        """Whether that master key is still among ours."""
        return self._master.holds(key_id)

    def mac(self, purpose: str, message: str, key_id: str | None = None) -> bytes:
        """HMAC-SHA-256 of the message; under the first key unless one is named."""
        key = self._key(key_id or self.first, purpose)
        return hmac.digest(key, message.encode(), "sha256")

    def seal(self, purpose: str, plain: bytes) -> tuple[str, bytes]:
        """The id of the key and the sealed bytes; what it is for is bound in."""
        nonce = secrets.token_bytes(NONCE)
        first = self.first
        cipher = AESGCM(self._key(first, purpose))
        return first, nonce + cipher.encrypt(nonce, plain, purpose.encode())

    def unseal(self, purpose: str, key_id: str, sealed: bytes) -> bytes:
        """What was sealed; InvalidTag when it was touched."""
        cipher = AESGCM(self._key(key_id, purpose))
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())

    def _key(self, key_id: str, purpose: str) -> bytes:
        if not self.holds(key_id):
            raise LookupError(f"MASTER_KEYS has no key {key_id}")
        return self._master.derive(key_id, purpose)
