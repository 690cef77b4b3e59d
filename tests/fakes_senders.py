"""Senders that collect, and fail when told to; they keep the doors' promises."""

from dataclasses import dataclass, field

from notifier import Email, SendFailed, Sms


@dataclass
class SentEmail:
    mails: list[Email] = field(default_factory=list)
    failing: SendFailed | None = None
    refused: dict[str, SendFailed] = field(default_factory=dict)

    def send(self, email: Email) -> None:
        failing = self.refused.get(email.to, self.failing)
        if failing is not None:
            raise failing
        self.mails.append(email)

    def to(self, address: str) -> list[Email]:
        return [mail for mail in self.mails if mail.to == address]


@dataclass
class SentSms:
    texts: list[Sms] = field(default_factory=list)
    failing: SendFailed | None = None

    def send(self, sms: Sms) -> None:
        if self.failing is not None:
            raise self.failing
        self.texts.append(sms)

    def to(self, number: str) -> list[Sms]:
        return [text for text in self.texts if text.to == number]
