"""Settings: one frozen value, read once; all complaints at once."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

T = TypeVar("T")
Network = IPv4Network | IPv6Network
LONGEST_RETENTION = 30
SECRET_BYTES = 32
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsError(Exception):
    """Everything that is wrong with the settings, in one sentence each."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can choose; secrets do not show when it is printed."""

    database_url: str = field(repr=False)
    blobs: Path
    keys: Path
    master_keys: str = field(repr=False)
    secret_key: str = field(repr=False)
    email: str = field(repr=False)
    sms: str
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_from: str
    twilio_api_base: str
    base_url: str
    trusted_proxies: tuple[Network, ...]
    health_ping_url: str
    operator_name: str
    mail_from: str
    helpline: str
    retention_days: int
    remind_days: tuple[int, ...]
    initial_password_days: int
    timezone: ZoneInfo

    @property
    def host(self) -> str:
        """The portal's public host, as it stands in letters."""
        return urlsplit(self.base_url).netloc

    @property
    def hostname(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def load(cls) -> "Settings":
        """From this process's own environment."""
        return cls.from_env(os.environ)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every setting; raise SettingsError with all complaints at once."""
        read = _Reader(environ)
        values = cls(
            database_url=read("DATABASE_URL", _database_url),
            blobs=read("BLOBS", _folder),
            keys=read("KEYS", _folder),
            master_keys=read("MASTER_KEYS", str),
            secret_key=read("SECRET_KEY", _secret),
            email=read("EMAIL", _carrier("smtp", "ses", "file", "console")),
            sms=(sms := read("SMS", _carrier("twilio", "file", "console"))),
            twilio_account_sid=read("TWILIO_ACCOUNT_SID", str, _twilio(sms)),
            twilio_auth_token=read("TWILIO_AUTH_TOKEN", str, _twilio(sms)),
            twilio_from=read("TWILIO_FROM", str, _twilio(sms)),
            twilio_api_base=read("TWILIO_API_BASE", str, ""),
            base_url=read("BASE_URL", _base_url),
            trusted_proxies=read("TRUSTED_PROXIES", _networks, ""),
            health_ping_url=read("HEALTH_PING_URL", str, ""),
            operator_name=read("OPERATOR_NAME", str, "Fluvius"),
            mail_from=read("MAIL_FROM", _address, "no-reply@fluvius.be"),
            helpline=read("HELPLINE", str, "078 35 35 34"),
            retention_days=read("RETENTION_DAYS", _days(LONGEST_RETENTION), "30"),
            remind_days=read("REMIND_DAYS", _remind_days, "7,2"),
            initial_password_days=read("INITIAL_PASSWORD_DAYS", _days(7), "7"),
            timezone=read("TIMEZONE", _zone, "Europe/Brussels"),
        )
        read.complain()
        return values


class _Reader:
    """Reads one setting after the other, and remembers what was wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.complaints: list[str] = []

    def __call__(
        self, name: str, parse: Callable[[str], T], default: str | None = None
    ) -> T:
        try:
            text = self._text(name)
            if text is None and default is None:
                raise ValueError("is missing")  # noqa: TRY301 - one place complains
            return parse(default or "" if text is None else text)
        except (ValueError, OSError) as wrong:
            self.complaints.append(f"{name} {_why(wrong)}")
            return None  # type: ignore[return-value] # complain() stops it

    def complain(self) -> None:
        if self.complaints:
            raise SettingsError("; ".join(self.complaints))

    def _text(self, name: str) -> str | None:
        """The value, or what the mounted file NAME_FILE holds; empty counts as none."""
        if file := self.environ.get(f"{name}_FILE"):
            return Path(file).read_text(encoding="utf-8").strip() or None
        return self.environ.get(name, "").strip() or None


def _why(wrong: Exception) -> str:
    if isinstance(wrong, OSError):
        return f"cannot be read: {wrong.strerror}"
    return str(wrong)


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    return text


def _folder(text: str) -> Path:
    kind, _, path = text.partition(":")
    if kind != "local" or not path.startswith("/"):
        raise ValueError("must be local:/an/absolute/path")
    return Path(path)


def _secret(text: str) -> str:
    if len(text) < SECRET_BYTES:
        raise ValueError(f"must be at least {SECRET_BYTES} characters long")
    return text


def _carrier(*kinds: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.partition(":")[0] not in kinds or ":" not in text:
            raise ValueError("must begin with " + ": or ".join(kinds) + ":")
        return text

    return parse


def _twilio(sms: str | None) -> str | None:
    """Twilio's settings are needed when Twilio is chosen, and else may be absent."""
    return None if sms and sms.startswith("twilio:") else ""


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be like https://bestanden.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https (http is accepted for loopback only)")
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must begin with https://")
    return text.rstrip("/")


def _networks(text: str) -> tuple[Network, ...]:
    if text == "none":
        return ()
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("must be an e-mail address")
    return text


def _days(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= most:
            raise ValueError(f"must be a whole number from 1 to {most}, not {text!r}")
        return int(text)

    return parse


def _remind_days(text: str) -> tuple[int, ...]:
    day = _days(LONGEST_RETENTION - 1)
    return tuple(sorted({day(part.strip()) for part in text.split(",")}, reverse=True))


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError) as unknown:
        raise ValueError(f"is no time zone: {text!r}") from unknown
