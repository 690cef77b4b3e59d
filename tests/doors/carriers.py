"""Every carrier that we have: its sender, what came through, how it is made to fail."""

import re
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

from notifier import Email, EmailSender, SendFailed, Sms, SmsSender
from notifier.folder import posted
from notifier.mail import ConsoleEmail, FileEmail, SesEmail, SmtpEmail
from notifier.sms import ConsoleSms, FileSms, TwilioSms
from tests.fakes_senders import SentEmail, SentSms
from tests.servers.ses import ses
from tests.servers.smtp import HOST, PASSWORD, USER, relay
from tests.servers.twilio import SID, TOKEN, twilio

SENDER = Address("Fluvius", addr_spec="no-reply@fluvius.be")
MAIL = Email(
    to="an.peeters@example.be",
    name="An Peeters",
    subject="Bestand voor Zonnedelen één (EG0000417): uw toegang",
    text="Dag An Peeters\n\n.Initieel wachtwoord: hq7v-m3xk €\n" + "lang " * 300 + "\n",
    html="<p>Dag An Peeters</p>\n<p>hq7v-m3xk €</p>\n",
    message_id="<0d9f2b64-5a3f-4c55-9d0e-3a8f6a2f1c11@bestanden.fluvius.be>",
)
TEXT = Sms(to="+32470123427", text="Fluvius: 482913 is uw code\n@host #482913")
Sender = TypeVar("Sender")


def clock() -> datetime:
    return datetime(2026, 10, 26, 8, 0, tzinfo=UTC)


@dataclass
class Door(Generic[Sender]):
    """A sender, what came through it, and how to make its carrier fail."""

    sender: Sender
    arrived: Callable[[], list[tuple[str, ...]]]
    fail: Callable[[str], None]


def closed_port() -> int:
    with socket.socket() as held:
        held.bind((HOST, 0))
        port: int = held.getsockname()[1]
        return port


def collecting(_stack: ExitStack, _folder: Path) -> Door[EmailSender]:
    fake = SentEmail()

    def fail(mode: str) -> None:
        fake.failing = SendFailed(
            "told to", permanent=mode == "550", uncertain=mode == "drop"
        )

    return Door(
        fake, lambda: [(m.to, m.subject, m.text, m.html) for m in fake.mails], fail
    )


def to_folder(_stack: ExitStack, folder: Path) -> Door[EmailSender]:
    box = folder / "mail"

    def arrived() -> list[tuple[str, ...]]:
        return [(p["to"], p["subject"], p["body"], p["html"]) for p in posted(box)]

    return Door(FileEmail(box, clock), arrived, lambda _: box.touch())


def to_console(_stack: ExitStack, _folder: Path) -> Door[EmailSender]:
    stream = StringIO()

    def arrived() -> list[tuple[str, ...]]:
        printed = re.findall(
            r"Aan: .* <(.*)>\nOnderwerp: (.*)\n\n((?s:.*))\n", stream.getvalue()
        )
        return [(*words, MAIL.html) for words in printed]

    return Door(ConsoleEmail(stream), arrived, lambda _: stream.close())


def over_smtp(stack: ExitStack, folder: Path) -> Door[EmailSender]:
    carrier = stack.enter_context(relay(folder))

    def door(port: int, password: str = PASSWORD) -> SmtpEmail:
        return SmtpEmail(
            host=HOST,
            port=port,
            user=USER,
            password=password,
            timeout=1,
            sender=SENDER,
            clock=clock,
            cafile=carrier.cafile,
        )

    def fail(mode: str) -> None:
        carrier.mode = mode
        if mode == "down":
            made.sender = door(closed_port())
        elif mode == "401":
            made.sender = door(carrier.port, "wrong")

    made: Door[EmailSender] = Door(
        door(carrier.port), lambda: [seen(mail) for mail in carrier.mails], fail
    )
    return made


def over_ses(stack: ExitStack, _folder: Path) -> Door[EmailSender]:
    carrier = stack.enter_context(ses())

    def door(endpoint: str) -> SesEmail:
        made = SesEmail.over(SENDER, clock, endpoint=endpoint, timeout=1)
        stack.callback(made.client.close)
        return made

    def fail(mode: str) -> None:
        carrier.mode = mode
        if mode == "down":
            made.sender = door(f"http://{HOST}:{closed_port()}")

    made: Door[EmailSender] = Door(
        door(carrier.url), lambda: [seen(mail) for mail in carrier.mails], fail
    )
    return made


def seen(mail: EmailMessage) -> tuple[str, ...]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    to = mail["To"].addresses[0].addr_spec
    parts = (part.get_content().replace("\r\n", "\n") for part in (text, html))
    return (to, mail["Subject"], *parts)


def collecting_texts(_stack: ExitStack, _folder: Path) -> Door[SmsSender]:
    fake = SentSms()

    def fail(mode: str) -> None:
        fake.failing = SendFailed("told to", permanent=mode == "400")

    return Door(fake, lambda: [(text.to, text.text) for text in fake.texts], fail)


def texts_to_folder(_stack: ExitStack, folder: Path) -> Door[SmsSender]:
    box = folder / "sms"
    return Door(
        FileSms(box, clock),
        lambda: [(p["to"], p["body"]) for p in posted(box)],
        lambda _: box.touch(),
    )


def texts_to_console(_stack: ExitStack, _folder: Path) -> Door[SmsSender]:
    stream = StringIO()

    def arrived() -> list[tuple[str, ...]]:
        return re.findall(r"Sms aan (.*):\n((?s:.*))\n", stream.getvalue())

    return Door(ConsoleSms(stream), arrived, lambda _: stream.close())


def over_twilio(stack: ExitStack, _folder: Path) -> Door[SmsSender]:
    carrier = stack.enter_context(twilio())

    def door(url: str, token: str = TOKEN) -> TwilioSms:
        return TwilioSms(SID, token, "Fluvius", api_base=url, timeout=0.5)

    def fail(mode: str) -> None:
        carrier.mode = mode
        if mode == "down":
            made.sender = door(f"http://{HOST}:{closed_port()}")
        elif mode == "401":
            made.sender = door(carrier.url, "wrong")

    made: Door[SmsSender] = Door(
        door(carrier.url),
        lambda: [(text.to, text.body) for text in carrier.texts],
        fail,
    )
    return made


EMAIL = {
    "fake": collecting,
    "file": to_folder,
    "console": to_console,
    "smtp": over_smtp,
    "ses": over_ses,
}
SMS = {
    "fake": collecting_texts,
    "file": texts_to_folder,
    "console": texts_to_console,
    "twilio": over_twilio,
}
