"""Messages as values, their senders as promises; nothing of ours is needed here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One letter to one reader; printed, it shows neither address nor words."""

    to: str = field(repr=False)
    name: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    message_id: str = ""

    def __post_init__(self) -> None:
        if any(_breaks(v) for v in (self.to, self.name, self.subject, self.message_id)):
            raise ValueError("a header of a letter holds a line break")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One text message to one phone, in E.164."""

    to: str = field(repr=False)
    text: str = field(repr=False)


class SendFailed(Exception):
    """The carrier did not say yes; the reason names no address, number or code."""

    def __init__(
        self, reason: str, *, permanent: bool = False, uncertain: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.uncertain = uncertain  # the carrier may have taken it nevertheless


class EmailSender(Protocol):
    def send(self, email: Email) -> None:
        """Hand the letter to the carrier once, or raise SendFailed."""


class SmsSender(Protocol):
    def send(self, sms: Sms) -> None:
        """Hand the text to the carrier once, or raise SendFailed."""


def _breaks(value: str) -> bool:
    return value.splitlines() not in ([], [value])
