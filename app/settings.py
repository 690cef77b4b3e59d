"""Settings: one frozen value, read once; all complaints at once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app import settings_values as values
from app.settings_contracts import ContractSettings
from app.settings_identity import Issuer, issuers
from app.settings_values import BySocket, InBucket, Network, Place
from storage import KeysExposed
from storage.exposure import refuse_exposed

T = TypeVar("T")
KEYS = frozenset({"AUDIT_KEYS", "MASTER_KEYS", "SECRET_KEY"})
CARRIED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")


class SettingsError(Exception):
    """Everything that is wrong with the settings, in one sentence each."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can choose; secrets do not show when it is printed."""

    database_url: str = field(repr=False)
    blobs: Place
    keys: Place | BySocket
    s3_endpoint: str
    master_keys: str = field(repr=False)
    audit_keys: str = field(repr=False)
    secret_key: str = field(repr=False)
    email: str = field(repr=False)
    sms: str
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_from: str
    twilio_api_base: str
    scanner: Path | None
    issuers: tuple[Issuer, ...]
    base_url: str
    trusted_proxies: tuple[Network, ...]
    health_ping_url: str = field(repr=False)
    operator_name: str
    mail_from: str
    helpline: str
    retention_days: int
    remind_days: tuple[int, ...]
    initial_password_days: int
    timezone: ZoneInfo
    contracts: ContractSettings

    @property
    def host(self) -> str:
        """The portal's public host, as it stands in letters."""
        return urlsplit(self.base_url).netloc

    @property
    def blob_folder(self) -> Path:
        """Where blobs lie on this machine; or LookupError when they lie in a bucket."""
        if isinstance(self.blobs, Path):
            return self.blobs
        raise LookupError("the blobs lie in a bucket")

    @property
    def hostname(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def load(cls) -> "Settings":
        """From this process's own environment."""
        return cls.from_env(own_environ())

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every setting; raise SettingsError with all complaints at once."""
        read = Reader(environ)
        settings = cls(
            database_url=read("DATABASE_URL", values.database_url),
            blobs=read("BLOBS", values.place),
            keys=(keys := read("KEYS", values.key_place)),
            s3_endpoint=read("S3_ENDPOINT", values.bucket_address, ""),
            master_keys=_master_keys(read, keys),
            audit_keys=read("AUDIT_KEYS", values.audit_keys, ""),
            secret_key=read("SECRET_KEY", values.secret),
            email=read("EMAIL", values.email),
            sms=(sms := read("SMS", values.sms)),
            twilio_account_sid=read("TWILIO_ACCOUNT_SID", str, _twilio(sms)),
            twilio_auth_token=read("TWILIO_AUTH_TOKEN", str, _twilio(sms)),
            twilio_from=read("TWILIO_FROM", str, _twilio(sms)),
            twilio_api_base=read("TWILIO_API_BASE", values.http_address, ""),
            scanner=read("SCANNER", values.scanner, "none:"),
            issuers=tuple(issuers(read)),
            base_url=read("BASE_URL", values.base_url),
            trusted_proxies=read("TRUSTED_PROXIES", values.networks, ""),
            health_ping_url=read("HEALTH_PING_URL", values.http_address, ""),
            operator_name=read("OPERATOR_NAME", values.line, "Fluvius"),
            mail_from=read("MAIL_FROM", values.address, "no-reply@fluvius.be"),
            helpline=read("HELPLINE", values.line, "078 35 35 34"),
            retention_days=read("RETENTION_DAYS", values.retention_days, "30"),
            remind_days=read("REMIND_DAYS", values.remind_days, "7,2"),
            initial_password_days=read(
                "INITIAL_PASSWORD_DAYS", values.password_days, "7"
            ),
            timezone=read("TIMEZONE", values.zone, "Europe/Brussels"),
            contracts=ContractSettings.read(read),
        )
        read.keep_apart(settings.blobs, settings.keys)
        read.keep_secret(settings.audit_keys, settings.master_keys)
        read.complain()
        return settings


def own_environ() -> Mapping[str, str]:
    """This process's own environment: nobody else looks into it."""
    return os.environ


def child_environ(values: Mapping[str, str]) -> dict[str, str]:
    """What a process of ours is started with: these values, and no other setting."""
    carried = {name: os.environ[name] for name in CARRIED if name in os.environ}
    return {**carried, **values}


class Reader:
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
        except (ValueError, OSError, KeysExposed) as wrong:
            self.complaints.append(f"{name} {_why(wrong)}")
            return None  # type: ignore[return-value] # complain() stops it

    def keep_apart(self, blobs: Place, keys: Place | BySocket) -> None:
        """Who may read one bucket must not hold the keys to it as well."""
        buckets = [at.bucket for at in (blobs, keys) if isinstance(at, InBucket)]
        if len(set(buckets)) < len(buckets):
            self.complaints.append("KEYS must lie in another bucket than BLOBS")

    def keep_secret(self, audit: str | None, master: str | None) -> None:
        """The pages know the master keys, and must never know how lines are bound."""
        if values.keys_of(audit or "") & values.keys_of(master or ""):
            self.complaints.append("AUDIT_KEYS must be other keys than MASTER_KEYS")

    def complain(self) -> None:
        if self.complaints:
            raise SettingsError("; ".join(self.complaints))

    def _text(self, name: str) -> str | None:
        """The value, or what the mounted file NAME_FILE holds; empty counts as none."""
        if file := self.environ.get(f"{name}_FILE"):
            if name in KEYS:
                refuse_exposed(Path(file))
            return Path(file).read_text(encoding="utf-8").strip() or None
        return self.environ.get(name, "").strip() or None


def _master_keys(read: Reader, keys: Place | BySocket) -> str:
    """Whoever asks a key service must not hold what that service keeps from it."""
    if not isinstance(keys, BySocket):
        return read("MASTER_KEYS", values.master_keys)
    return read("MASTER_KEYS", values.nothing, "")


def _why(wrong: Exception) -> str:
    if isinstance(wrong, OSError):
        return f"cannot be read: {wrong.strerror}"
    if isinstance(wrong, UnicodeError):  # its own words quote what was read
        return "cannot be read: it is no UTF-8"
    return str(wrong)


def _twilio(sms: str | None) -> str | None:
    """Twilio's settings are needed when Twilio is chosen, and else may be absent."""
    return None if sms and sms.startswith("twilio:") else ""
