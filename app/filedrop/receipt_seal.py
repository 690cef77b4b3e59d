"""Our signature under a receipt: whoever has the public key can check it alone."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kernel.errors import NotFound
from app.keyring import Keyring

PURPOSE = "receipt"


def signed(keyring: Keyring, payload: Mapping[str, object]) -> str:
    """Header, payload and signature in one word: a compact JWS (RFC 7515, 8037)."""
    header = {"alg": "EdDSA", "kid": keyring.first}
    word = f"{_word(_json(header))}.{_word(_json(payload))}"
    return f"{word}.{_word(_key(keyring, keyring.first).sign(word.encode()))}"


def public_key(keyring: Keyring, key_id: str) -> dict[str, str]:
    """The key that checks what was signed under that id, as a JWK (RFC 8037)."""
    if not keyring.holds(key_id):
        raise NotFound
    public = _key(keyring, key_id).public_key().public_bytes_raw()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": key_id,
        "x": _word(public),
    }


def _key(keyring: Keyring, key_id: str) -> Ed25519PrivateKey:
    # 256 bits that only the holder of that master key can make are a private key
    return Ed25519PrivateKey.from_private_bytes(keyring.mac(PURPOSE, "Ed25519", key_id))


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _word(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
