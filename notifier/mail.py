"""The carriers of e-mail: a relay by SMTP, Amazon SES, a folder, a console."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TextIO

from notifier import Clock, Email, SendFailed
from notifier.folder import Folder

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageTagTypeDef

REFUSED_FOR_NOW = 400
REFUSED_FOR_GOOD = 500
ENHANCED_CODE = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
SES_CONDEMNS = frozenset({"MessageRejected", "BadRequestException"})


def message(email: Email, sender: Address, *, date: datetime) -> EmailMessage:
    """Compose the letter as it travels: the text first and complete, then the HTML."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = _recipient(email)
    letter["Subject"] = email.subject
    letter["Date"] = date
    if email.message_id:
        letter["Message-ID"] = email.message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(email.text, cte="quoted-printable")
    letter.add_alternative(email.html, subtype="html", cte="quoted-printable")
    letter["Content-Language"] = "nl-BE"  # set earlier, it would move to the text part
    return letter


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpEmail:
    """Hands each letter to a relay over a connection of its own."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Literal["required", "none"] = "required"
    timeout: float = 30
    sender: Address
    clock: Clock
    cafile: Path | None = None

    def __post_init__(self) -> None:
        if self.user and self.tls == "none":
            raise ValueError("a relay gets a password over TLS only")

    def send(self, email: Email) -> None:
        letter = _sealed_envelope(email, self.sender, self.clock())
        with self._relay() as relay:
            _judge(*relay.rcpt(email.to))
            _judge(*_hand_over(relay, letter))

    @contextmanager
    def _relay(self) -> Iterator[smtplib.SMTP]:
        try:
            relay = smtplib.SMTP(
                self.host,
                self.port,
                local_hostname=self.sender.domain,
                timeout=self.timeout,
            )
            try:
                self._introduce(relay)
                yield relay
            finally:
                # What the relay answered about the letter stands, however we part.
                with suppress(smtplib.SMTPException, OSError):
                    relay.quit()
                relay.close()
        except (smtplib.SMTPException, OSError) as error:
            raise SendFailed(_reason(error)) from error

    def _introduce(self, relay: smtplib.SMTP) -> None:
        """Come as far as the sender; what is refused here is no letter's fault."""
        if self.tls == "required":
            relay.starttls(context=ssl.create_default_context(cafile=self.cafile))
        if self.user:
            relay.login(self.user, self.password)
        relay.ehlo_or_helo_if_needed()
        code, words = relay.mail(self.sender.addr_spec)
        if code >= REFUSED_FOR_NOW:
            raise smtplib.SMTPResponseException(code, words)


@dataclass(frozen=True, slots=True)
class SesEmail:
    """Hands letters to Amazon SES, one request each; the outbox tries again, not we."""

    client: "SESV2Client"
    sender: Address
    clock: Clock

    @classmethod
    def over(
        cls,
        sender: Address,
        clock: Clock,
        *,
        endpoint: str | None = None,
        timeout: float = 10,
    ) -> Self:
        """With a client that asks once: by itself boto3 sends one mail five times."""
        import boto3  # noqa: PLC0415 - slow to import, and few installations need it
        from botocore.config import Config  # noqa: PLC0415 - the same
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - the same

        config = Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            retries={"total_max_attempts": 1},
        )
        session = boto3.Session()
        try:
            amazon = session.client("sesv2", endpoint_url=endpoint, config=config)
        except BotoCoreError as wanting:  # no region, most often
            raise ValueError(f"SES: {wanting}") from wanting
        return cls(amazon, sender, clock)

    def send(self, email: Email) -> None:
        from botocore import exceptions as aws  # noqa: PLC0415 - as above

        letter = _sealed_envelope(email, self.sender, self.clock())
        try:
            self.client.send_email(
                Destination={"ToAddresses": [email.to]},
                Content={"Raw": {"Data": letter}},
                EmailTags=_tags(email),
            )
        except aws.ClientError as error:
            name = error.response["Error"]["Code"]
            raise SendFailed(f"SES: {name}", permanent=name in SES_CONDEMNS) from error
        except (aws.ConnectTimeoutError, aws.EndpointConnectionError) as error:
            raise SendFailed("SES cannot be reached") from error
        except aws.HTTPClientError as error:
            raise SendFailed("SES did not answer", uncertain=True) from error
        except aws.BotoCoreError as error:
            raise SendFailed(f"SES: {type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class FileEmail:
    """Puts letters in a folder, for the demo's mailbox and for development."""

    folder: Path
    clock: Clock

    def send(self, email: Email) -> None:
        Folder(self.folder, self.clock).post(
            "email", email.to, email.text, subject=email.subject, html=email.html
        )


@dataclass(frozen=True, slots=True)
class ConsoleEmail:
    """Prints the text of letters."""

    stream: TextIO

    def send(self, email: Email) -> None:
        print(
            f"Aan: {email.name} <{email.to}>",
            f"Onderwerp: {email.subject}",
            f"\n{email.text}",
            sep="\n",
            file=self.stream,
            flush=True,
        )


def _recipient(email: Email) -> Address:
    if not email.to.isascii():
        raise ValueError("an address outside ASCII reaches few mail servers")
    try:
        return Address(email.name, addr_spec=email.to)
    except (MessageError, IndexError) as error:  # what the parser trips over
        raise ValueError("this is no address") from error


def _sealed_envelope(email: Email, sender: Address, date: datetime) -> bytes:
    try:
        return message(email, sender, date=date).as_bytes()
    except ValueError as error:
        raise SendFailed("the address cannot be used", permanent=True) from error


def _hand_over(relay: smtplib.SMTP, letter: bytes) -> tuple[int, bytes]:
    try:
        return relay.data(letter)
    except smtplib.SMTPServerDisconnected as error:
        # Silence, too, ends here: smtplib closes a connection that timed out.
        reason = "the relay was lost after the letter"
        raise SendFailed(reason, uncertain=True) from error


def _judge(code: int, words: bytes) -> None:
    if code >= REFUSED_FOR_NOW:
        raise SendFailed(_said(code, words), permanent=code >= REFUSED_FOR_GOOD)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return f"the relay: {type(error).__name__}"


def _said(code: int, words: bytes | str) -> str:
    """Only the numbers: the words around them often quote the address."""
    raw = words if isinstance(words, bytes) else words.encode()
    enhanced = ENHANCED_CODE.match(raw)
    return f"the relay: {code}" + (f" {enhanced[0].decode()}" if enhanced else "")


def _tags(email: Email) -> "list[MessageTagTypeDef]":
    """SES writes its own Message-ID, so ours goes along as a tag of its events."""
    local = email.message_id.strip("<>").partition("@")[0]
    return [{"Name": "letter", "Value": local}] if local else []
