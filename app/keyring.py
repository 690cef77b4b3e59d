"""The keys that the house derives from its master keys: the first makes, all check."""

import hmac
import secrets
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
Derive = Callable[[str, str], bytes]


class Keyring:
    """MACs and seals under keys of 256 bits, one for each (master key, purpose)."""

    def __init__(self, ids: Sequence[str], derive: Derive) -> None:
        self.first = ids[0]
        self._ids, self._derive = frozenset(ids), derive

    def holds(self, key_id: str) -> bool:
        """Whether that master key is still among ours."""
        return key_id in self._ids

    def mac(self, purpose: str, message: str, key_id: str | None = None) -> bytes:
        """HMAC-SHA-256 of the message; under the first key unless one is named."""
        key = self._key(key_id or self.first, purpose)
        return hmac.digest(key, message.encode(), "sha256")

    def seal(self, purpose: str, plain: bytes) -> tuple[str, bytes]:
        """The id of the key and the sealed bytes; what it is for is bound in."""
        nonce = secrets.token_bytes(NONCE)
        cipher = AESGCM(self._key(self.first, purpose))
        return self.first, nonce + cipher.encrypt(nonce, plain, purpose.encode())

    def unseal(self, purpose: str, key_id: str, sealed: bytes) -> bytes:
        """What was sealed; InvalidTag when it was touched."""
        cipher = AESGCM(self._key(key_id, purpose))
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())

    def _key(self, key_id: str, purpose: str) -> bytes:
        if key_id not in self._ids:
            raise LookupError(f"MASTER_KEYS has no key {key_id}")
        return self._derive(key_id, purpose)
