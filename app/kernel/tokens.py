"""Random codes, passwords and keys; their digests; comparing without a clock."""

import hashlib
import hmac
import re
import secrets

# no 0 o 1 l i: what is read aloud or typed from paper must come out right
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 5, 4
SHORT = 7
PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")
SHORT_CODE = re.compile(f"[{ALPHABET}]{{{SHORT}}}")


def token() -> str:
    """256 random bits, safe in an address or a cookie."""
    return secrets.token_urlsafe(32)


def public_id() -> str:
    """128 random bits that stand for a row in an address."""
    return secrets.token_urlsafe(16)


def is_public_id(text: str) -> bool:
    """Whether it can stand for a row at all; PostgreSQL is asked for no NUL."""
    return PUBLIC_ID.fullmatch(text) is not None


def short_code() -> str:
    """Seven random signs that read well on paper; no secret, and derived of nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SHORT))


def is_short_code(text: str) -> bool:
    """Whether it can be one at all."""
    return SHORT_CODE.fullmatch(text) is not None


def initial_password() -> str:
    """Five groups of four, about 99 random bits: `hq7v-m3xk-t9wd-r4np-c6ya`."""
    groups = (
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)
    )
    return "-".join(groups)


def bare(password: str) -> str:
    """An initial password as it was meant: dashes, blanks and case do not count."""
    return "".join(password.split()).replace("-", "").casefold()


def digest(secret: str) -> bytes:
    """What we keep of a token of 128 bits or more: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def same(one: bytes, other: bytes) -> bool:
    """Whether they are equal, in a time that tells nothing."""
    return hmac.compare_digest(one, other)
