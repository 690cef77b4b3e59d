"""The demo's mailbox: every letter and text message that went out, to read on."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request, url_for

from app.demo import cast
from app.demo.citizens import CITIZENS
from app.demo.settings import DemoFolder
from app.web.context import runtime
from app.web.guards import public
from app.web.texts import gettext as _
from notifier.folder import Posted, posted

bp = Blueprint("demo", __name__, url_prefix="/demo")

LINK = re.compile(r"(https?://[^\s<>]*[^\s<>.,;:!?)])")
CODE = re.compile(r"\b\d{6}\b")
INITIAL = "Initieel wachtwoord:"
MOST = 200


@dataclass(frozen=True)
class Part:
    """Some words of a letter; where they lead to, if they are a link."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Message:
    """One message as the page shows it."""

    number: int
    channel: str
    to: str
    name: str
    subject: str
    body: str
    at: datetime

    @property
    def code(self) -> str:
        """What a text message is about."""
        found = CODE.search(self.body) if self.channel == "sms" else None
        return found[0] if found else ""

    @property
    def parts(self) -> Iterator[Part]:
        for text in LINK.split(self.body):
            yield Part(text, _here(text) if LINK.fullmatch(text) else "")


@dataclass(frozen=True)
class Recipient:
    """A choice among those who got something."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in, and with what."""

    name: str
    part: str
    login: str
    password: str
    first_letter: int | None


@bp.get("/postvak")
@public
def mailbox() -> str:
    """The latest first, one of them open; of one recipient or of all."""
    every, wanted = _messages(), request.args.get("aan", "")
    messages = [one for one in every if wanted in {"", one.name}][:MOST]
    asked = request.args.get("bericht", type=int)
    chosen = next((one for one in messages if one.number == asked), None)
    return render_template(
        "demo/mailbox.html",
        messages=messages,
        chosen=chosen or next(iter(messages), None),
        wanted=wanted,
        recipients=_recipients(every, wanted),
        people=_people(every),
        citizens=", ".join(one.name for one in CITIZENS),
    )


@bp.get("/postvak.json")
@public
def mailbox_json() -> Response:
    """The same for a script, the newest last."""
    messages = json.dumps(_posted(), ensure_ascii=False)
    return Response(messages, mimetype="application/json")


def _folder() -> DemoFolder:
    return DemoFolder.of(runtime().settings)


def _posted() -> list[Posted]:
    folder = _folder()
    return posted(folder.mail, folder.sms)


def _messages() -> list[Message]:
    """All of them, the latest first; each keeps its number as others arrive."""
    names = cast.names()
    messages = [_message(number, one, names) for number, one in enumerate(_posted(), 1)]
    return messages[::-1]


def _message(number: int, one: Posted, names: Mapping[str, str]) -> Message:
    return Message(
        number=number,
        channel=one["channel"],
        to=one["to"],
        name=names.get(one["to"], one["to"]),
        subject=one["subject"],
        body=one["body"],
        at=datetime.fromisoformat(one["at"]),
    )


def _recipients(every: list[Message], wanted: str) -> list[Recipient]:
    everybody = Recipient(_("Iedereen"), url_for(".mailbox"), not wanted)
    return [everybody] + [
        Recipient(name, url_for(".mailbox", aan=name), name == wanted)
        for name in sorted({one.name for one in every})
    ]


def _people(every: list[Message]) -> list[Person]:
    """Who has a password, and which letter brings it to the other managers."""
    passwords = _folder().passwords()
    letters = {one.to: one.number for one in every if INITIAL in one.body}
    desk = (who for who in cast.COLLEAGUES if who.login in passwords)
    people: Iterable[cast.Player] = (*cast.MANAGERS, *desk)
    return [
        Person(
            name=who.name,
            part=_part(who),
            login=who.login,
            password=passwords.get(who.login, ""),
            first_letter=None if who.login in passwords else letters.get(who.email),
        )
        for who in people
    ]


def _part(who: cast.Player) -> str:
    """What they are in this play."""
    if isinstance(who, cast.Colleague):
        return _("Fluvius, %(role)s", role=who.role)
    names = ", ".join(cast.communities_of(who))
    return _("Beheerder van %(communities)s", communities=names)


def _here(link: str) -> str:
    """A link into a demo leads to this one, also when it moved to another port."""
    parts = urlsplit(link)
    if parts.hostname != urlsplit(_folder().address).hostname:
        return link
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
