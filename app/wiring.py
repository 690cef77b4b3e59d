"""The one place that picks adapters: settings in, a Runtime out."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.headerregistry import Address
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from app.db.session import Database
from app.kernel import words
from app.kernel.chain import Seals
from app.kernel.clock import Clock, ClockWatch, system_clock
from app.keyring import Keyring, Master
from app.passwords import Passwords
from app.runtime import Runtime
from app.settings import Settings, SettingsError
from app.settings_identity import Issuer
from app.settings_keys import KeyServiceSettings
from app.settings_values import BySocket, InBucket, Place
from identity import Provider
from notifier import EmailSender, SmsSender
from notifier.letters import Letters
from notifier.mail import ConsoleEmail, FileEmail, SesEmail, SmtpEmail
from notifier.outbox import Outbox
from notifier.sms import ConsoleSms, FileSms, TwilioSms
from signing import Signatures
from signing.unrooted import NoRoots
from storage import KeysExposed, KeyStore
from storage.clamd import Clamd
from storage.crypto import SealedBlobs
from storage.key_service import KeyService
from storage.keys import LocalKeys, MasterKeys
from storage.local import LocalBlobs
from storage.meter import Meter
from storage.mortal import MortalKeys
from storage.scanner import NoScanner, Scanner
from storage.service_keys import ServiceKeys, ServiceMaster

if TYPE_CHECKING:
    from storage.bucket import Bucket

TEMPLATES = Path(__file__).parent.parent / "templates"
LETTER = "letter"


def build(settings: Settings, clock: Clock = system_clock) -> Runtime:
    """Every door of the house, as the settings say; or SettingsError."""
    keyring = Keyring(_master(settings))
    filters = words.filters(settings.timezone)
    return Runtime(
        settings=settings,
        clock=clock,
        watch=ClockWatch(clock),
        database=Database(settings.database_url),
        keyring=keyring,
        seals=Seals.parse(settings.audit_keys),
        passwords=Passwords(keyring, at_once=max(1, (os.cpu_count() or 2) // 2)),
        blobs=_blobs(settings),
        keys=MortalKeys(_keys(settings), clock, settings.timezone),
        scanner=_scanner(settings),
        email=_email(settings, clock),
        sms=_sms(settings, clock),
        identities={
            issuer.name: _identities(issuer, clock) for issuer in settings.issuers
        },
        letters=Letters(TEMPLATES, filters, house(settings)),
        outbox=Outbox(
            partial(keyring.seal, LETTER),
            partial(keyring.unseal, LETTER),
            settings.mail_from.partition("@")[2],
        ),
        signatures=_signatures(settings),
    )


def house(settings: Settings) -> Mapping[str, str]:
    """What every letter knows of who sends it."""
    return {
        "operator": settings.operator_name,
        "helpline": settings.helpline,
        "base_url": settings.base_url,
        "host": settings.host,
        "mail_from": settings.mail_from,
    }


def _blobs(settings: Settings) -> SealedBlobs:
    place = settings.blobs
    with _complaining("BLOBS"):
        if isinstance(place, Path):
            return SealedBlobs(LocalBlobs(place))
        from storage.s3 import S3Blobs  # noqa: PLC0415 - boto3 is slow to import

        return SealedBlobs(S3Blobs(_bucket(place, settings.s3_endpoint)))


def key_service(settings: KeyServiceSettings, clock: Clock) -> KeyService:
    """What `flask storage keyservice` runs; or SettingsError."""
    master = MasterKeys.parse(settings.master_keys)
    keys = _keys_at(settings.keys, master, settings.s3_endpoint)
    mortal = MortalKeys(keys, clock, settings.timezone)
    return KeyService(mortal, master, settings.peers, Meter(settings.unseals))


def _master(settings: Settings) -> Master:
    """The master keys, or what the key service derives from them for us."""
    if isinstance(settings.keys, BySocket):
        return ServiceMaster(settings.keys.path)
    return MasterKeys.parse(settings.master_keys)


def _keys(settings: Settings) -> KeyStore:
    if isinstance(settings.keys, BySocket):
        return ServiceKeys(settings.keys.path)
    master = MasterKeys.parse(settings.master_keys)
    return _keys_at(settings.keys, master, settings.s3_endpoint)


def _keys_at(place: Place, master: MasterKeys, endpoint: str) -> KeyStore:
    with _complaining("KEYS"):
        if isinstance(place, Path):
            return LocalKeys(place, master)
        from storage.s3_keys import S3Keys  # noqa: PLC0415 - as above

        return S3Keys(_bucket(place, endpoint), master)


def _scanner(settings: Settings) -> Scanner:
    return Clamd(settings.scanner) if settings.scanner else NoScanner()


def _signatures(settings: Settings) -> Signatures:
    roots = settings.contracts.roots
    if roots is None:
        return NoRoots()
    from signing.pades import Pades  # noqa: PLC0415 - slow to import too

    with _complaining("CONTRACT_ROOTS"):
        return Pades.parse(roots.read_bytes())


def _identities(issuer: Issuer, clock: Clock) -> Provider:
    from identity.oidc import Oidc  # noqa: PLC0415 - only where an issuer is known

    with _complaining(f"OIDC_{issuer.name.upper()}"):
        return Oidc(
            issuer.address,
            issuer.client_id,
            issuer.client_secret,
            clock=clock,
            keys=issuer.keys,
        )


def _bucket(place: InBucket, endpoint: str) -> "Bucket":
    from storage.bucket import Bucket  # noqa: PLC0415 - as above

    return Bucket.over(*place, endpoint=endpoint or None)


@contextmanager
def _complaining(name: str) -> Iterator[None]:
    """What a door cannot start with is a complaint about its setting."""
    try:
        yield
    except (KeysExposed, ValueError) as wrong:
        raise SettingsError(f"{name} {wrong}") from wrong
    except OSError as failed:
        why = f"cannot be used: {failed.strerror} ({failed.filename})"
        raise SettingsError(f"{name} {why}") from failed


def _email(settings: Settings, clock: Clock) -> EmailSender:
    user, _, domain = settings.mail_from.partition("@")
    sender = Address(settings.operator_name, user, domain)
    kind, _, rest = settings.email.partition(":")
    if kind == "file":
        return FileEmail(Path(rest), clock)
    if kind == "console":
        return ConsoleEmail(sys.stdout)
    if kind == "ses":
        with _complaining("EMAIL"):
            return SesEmail.over(sender, clock, endpoint=rest or None)
    return _smtp(settings.email, sender, clock)


def _smtp(address: str, sender: Address, clock: Clock) -> SmtpEmail:
    relay = urlsplit(address)
    return SmtpEmail(
        host=relay.hostname or "",
        port=relay.port or 587,
        user=unquote(relay.username or ""),
        password=unquote(relay.password or ""),
        tls="none" if parse_qs(relay.query).get("tls") == ["none"] else "required",
        sender=sender,
        clock=clock,
    )


def _sms(settings: Settings, clock: Clock) -> SmsSender:
    kind, _, rest = settings.sms.partition(":")
    if kind == "file":
        return FileSms(Path(rest), clock)
    if kind == "console":
        return ConsoleSms(sys.stdout)
    return TwilioSms(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_from,
        api_base=settings.twilio_api_base or None,
    )
