"""Amazon SES on the loopback, as far as sending one raw mail goes."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.servers import Answer, HttpCarrier, running

ERRORS = {
    "400": (400, "MessageRejected", "Address blacklisted: an.peeters@example.be"),
    "429": (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "500": (500, "InternalFailure", "Try again"),
}


class Ses(HttpCarrier):
    """Keeps what it took; modes: ok, 400, 429, 500, hang, drop."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []
        self.tags: list[dict[str, str]] = []

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path != "/v2/email/outbound-emails" or "Authorization" not in headers:
            return _error(404, "NotFoundException", path)
        if self.mode in ERRORS:
            return _error(*ERRORS[self.mode])
        asked = json.loads(body)
        raw = b64decode(asked["Content"]["Raw"]["Data"])
        self.mails.append(message_from_bytes(raw, policy=default))
        self.tags.append({t["Name"]: t["Value"] for t in asked.get("EmailTags", [])})
        return Answer(200, json.dumps({"MessageId": f"{len(self.mails):060}"}), {})


@contextmanager
def ses() -> Iterator[Ses]:
    with running(Ses()) as carrier:
        yield carrier


def _error(status: int, name: str, words: str) -> Answer:
    return Answer(status, json.dumps({"message": words}), {"x-amzn-ErrorType": name})
