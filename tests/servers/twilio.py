"""Twilio's Messages API on the loopback."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from tests.servers import Answer, HttpCarrier, running

SID = "AC00000000000000000000000000000000"
TOKEN = "token of nobody"
ERRORS = {
    "400": (400, 21211, "The 'To' number +32470123427 is not a valid phone number."),
    "429": (429, 20429, "Too Many Requests"),
    "500": (500, 20500, "Internal Server Error"),
}


@dataclass(frozen=True)
class Text:
    to: str
    sender: str
    body: str


class Twilio(HttpCarrier):
    """Keeps what it took; modes: ok, 400, 429, 500, junk, hang, drop."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[Text] = []

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if headers.get("Authorization", "").split() != ["Basic", _basic()]:
            return _error(401, 20003, "Authenticate")
        if path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return _error(404, 20404, f"{path} was not found")
        if self.mode in ERRORS:
            return _error(*ERRORS[self.mode])
        form = parse_qs(body.decode(), strict_parsing=True)
        self.texts.append(Text(form["To"][0], form["From"][0], form["Body"][0]))
        if self.mode == "junk":
            return Answer(201, "<html>", {})
        words = {"sid": f"SM{len(self.texts):032}", "status": "queued"}
        return Answer(201, json.dumps(words), {})


@contextmanager
def twilio() -> Iterator[Twilio]:
    with running(Twilio()) as carrier:
        yield carrier


def _basic() -> str:
    return b64encode(f"{SID}:{TOKEN}".encode()).decode()


def _error(status: int, code: int, words: str) -> Answer:
    body = {"code": code, "message": words, "more_info": "", "status": status}
    return Answer(status, json.dumps(body), {})
