"""How each setting is written: its text in, its value out, or a ValueError."""

import os
import re
from base64 import urlsafe_b64decode
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from pwd import getpwnam
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit
from zoneinfo import ZoneInfo

Network = IPv4Network | IPv6Network
LONGEST_RETENTION, LONGEST_PASSWORD = 30, 7
SECRET_LENGTH, KEY_BYTES = 32, 32
LOOPBACK = {"127.0.0.1", "localhost"}  # Werkzeug trusts no [::1]
UNIX = IPv4Network("0.0.0.0/32")  # who comes through a unix socket has no address
BUCKET = re.compile(
    r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w./-]*))?", re.ASCII
)
MASTER_KEY = re.compile(r"([A-Za-z0-9-]{1,32}):([A-Za-z0-9_-]{43})=?")


class InBucket(NamedTuple):
    """A bucket of an S3 store, and what the names in it begin with."""

    bucket: str
    prefix: str


class BySocket(NamedTuple):
    """A service of ours behind a unix socket."""

    path: Path


Place = Path | InBucket


def database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    if text == "sqlite:///":  # a database in memory, another one in each thread
        raise ValueError("must name a file")
    _split(text)
    return text


def place(text: str) -> Place:
    """A folder of this machine, or a bucket and what its names begin with."""
    if found := BUCKET.fullmatch(text):
        return InBucket(found[1], found[2] or "")
    kind, _, path = text.partition(":")
    if kind != "local" or not path.startswith("/"):
        raise ValueError("must be local:/an/absolute/path or s3://bucket/prefix")
    return Path(path)


def key_place(text: str) -> Place | BySocket:
    """A place as for blobs, or the socket of the key service."""
    kind, _, path = text.partition(":")
    if kind == "service" and path.startswith("/"):
        return BySocket(Path(path))
    if kind in {"local", "s3"}:
        return place(text)
    raise ValueError(
        "must be local:/an/absolute/path, s3://bucket/prefix or service:/a/socket"
    )


def bucket_address(text: str) -> str:
    parts = _split(http_address(text))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https (http is accepted for loopback only)")
    return text


def master_keys(text: str) -> str:
    found = [MASTER_KEY.fullmatch(entry.strip()) for entry in text.split(",")]
    ids = [key[1] for key in found if key and len(_bytes(key[2])) == KEY_BYTES]
    if len(ids) != len(found):
        raise ValueError("must be like id1:key,id2:key, 32 bytes in base64url each")
    if len(set(ids)) != len(ids):
        raise ValueError("gives two keys the same id")
    return text


def peers(text: str) -> frozenset[int]:
    """Users, by name or by number; none given: whoever runs this."""
    names = filter(None, map(str.strip, text.split(",")))
    return frozenset(map(_uid, names)) or frozenset({os.geteuid()})


def a_minute(text: str) -> int:
    return _number(text, 1_000_000)


def nothing(text: str) -> str:
    if text:
        raise ValueError("must not be given where a key service holds them")
    return text


def audit_keys(text: str) -> str:
    """As master keys; the pages have none."""
    return master_keys(text) if text else text


def keys_of(text: str) -> set[bytes]:
    """The keys themselves, of those two settings."""
    found = (MASTER_KEY.fullmatch(entry.strip()) for entry in text.split(","))
    return {_bytes(key[2]) for key in found if key}


def secret(text: str) -> str:
    if len(text) < SECRET_LENGTH:
        raise ValueError(f"must be at least {SECRET_LENGTH} characters long")
    return text


def email(text: str) -> str:
    """A carrier of mail; a relay's address is read to its end."""
    kind = _carrier(text, "smtp", "ses", "file", "console")
    if kind == "smtp":
        relay = _split(text)
        tls = parse_qs(relay.query).get("tls", ["required"])
        if not relay.hostname or tls not in (["required"], ["none"]):
            raise ValueError("must be like smtp://user:password@host:587?tls=required")
        if relay.username and tls == ["none"]:
            raise ValueError("must not send a password without TLS")
    return text


def sms(text: str) -> str:
    _carrier(text, "twilio", "file", "console")
    return text


def scanner(text: str) -> Path | None:
    """The socket of a clamd, or nobody."""
    kind, _, path = text.partition(":")
    if text != "none:" and (kind != "clamd" or not path.startswith("/")):
        raise ValueError("must be clamd:/an/absolute/path.sock or none:")
    return Path(path) if path else None


def file(text: str) -> Path | None:
    """A file that is there and may be read, or none."""
    if not text:
        return None
    if not text.startswith("/"):
        raise ValueError("must be an absolute path")
    Path(text).open("rb").close()
    return Path(text)


def http_address(text: str) -> str:
    parts = _split(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("must begin with https:// or http://")
    return text


def base_url(text: str) -> str:
    parts = _split(text)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be like https://bestanden.example")
    if parts.username is not None:
        raise ValueError("must hold no name or password")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https (http is accepted for loopback only)")
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must begin with https://")
    return text.rstrip("/")


def networks(text: str) -> tuple[Network, ...]:
    """Networks, or the word unix for a proxy at the other end of a unix socket."""
    if text == "none":
        return ()
    parts = filter(None, map(str.strip, text.split(",")))
    return tuple(UNIX if part == "unix" else ip_network(part) for part in parts)


def address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text, re.ASCII) or not text.isascii():
        raise ValueError("must be an e-mail address")
    return text


def maybe_address(text: str) -> str:
    """An e-mail address, or none."""
    return address(text) if text else ""


def line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of text")
    return text


def retention_days(text: str) -> int:
    return _number(text, LONGEST_RETENTION)


def remind_days(text: str) -> tuple[int, ...]:
    days = {_number(part.strip(), LONGEST_RETENTION - 1) for part in text.split(",")}
    return tuple(sorted(days, reverse=True))


def password_days(text: str) -> int:
    return _number(text, LONGEST_PASSWORD)


def zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"is no time zone: {text!r}") from unknown


def _carrier(text: str, *kinds: str) -> str:
    kind, colon, rest = text.partition(":")
    if kind not in kinds or not colon:
        raise ValueError("must begin with " + ": or ".join(kinds) + ":")
    if kind == "file" and not rest.startswith("/"):
        raise ValueError("must be file:/an/absolute/path")
    return kind


def _uid(name: str) -> int:
    try:
        return int(name) if name.isdecimal() else getpwnam(name).pw_uid
    except KeyError:
        raise ValueError(f"names no user of this machine: {name!r}") from None


def _number(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", text) or not 1 <= int(text) <= most:
        raise ValueError(f"must be a whole number from 1 to {most}, not {text!r}")
    return int(text)


def _split(text: str) -> SplitResult:
    """The parts of an address, the port too: it is read late, and complains then."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("is no address: its host or port cannot be read")
    return parts


def _bytes(code: str) -> bytes:
    return urlsafe_b64decode(code + "=")
