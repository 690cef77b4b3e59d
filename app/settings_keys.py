"""Settings of the key service: where the keys lie, and who may ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from app import settings_values as values
from app.settings import Reader, own_environ
from app.settings_values import Place

A_MINUTE = "6000"  # a delivery holds at most 5,000 files


@dataclass(frozen=True, kw_only=True)
class KeyServiceSettings:
    """All that it knows: no database, no blobs, no relay."""

    keys: Place
    s3_endpoint: str
    master_keys: str = field(repr=False)
    peers: frozenset[int]
    unseals: int
    timezone: ZoneInfo

    @classmethod
    def load(cls) -> "KeyServiceSettings":
        """From this process's own environment."""
        return cls.from_env(own_environ())

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "KeyServiceSettings":
        """Read every setting; raise SettingsError with all complaints at once."""
        read = Reader(environ)
        settings = cls(
            keys=read("KEYS", values.place),
            s3_endpoint=read("S3_ENDPOINT", values.bucket_address, ""),
            master_keys=read("MASTER_KEYS", values.master_keys),
            peers=read("KEYSERVICE_PEERS", values.peers, ""),
            unseals=read("KEYSERVICE_UNSEALS", values.a_minute, A_MINUTE),
            timezone=read("TIMEZONE", values.zone, "Europe/Brussels"),
        )
        read.complain()
        return settings
