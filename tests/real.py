"""The house with nothing feigned but its clock: HTTP, SMTP with TLS, Twilio."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from app import create_app
from app.kernel.clock import ClockWatch
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from jobs.runner import run, ticks
from tests.cast import AN, BO, HEADER, PASSWORD
from tests.clock import FakeClock
from tests.guest import Guest
from tests.servers.smtp import Relay, relay
from tests.servers.twilio import SID, TOKEN, Twilio, twilio
from tests.servers.web import free_port, serving


@dataclass
class House:
    """What staff and time do to it, and what comes out of it."""

    app: Flask
    runtime: Runtime
    clock: FakeClock
    relay: Relay
    twilio: Twilio
    site: str
    folder: Path

    def command(self, *words: str) -> str:
        done = self.app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, done.output
        return done.output

    def tick(self, name: str) -> int:
        return run(self.runtime, ticks()[name])

    def register(self) -> None:
        """An, Bo and Sam are known."""
        register = self.folder / "register.csv"
        register.write_text(f"{HEADER}{AN}\n{BO}\n", encoding="utf-8")
        self.command("communities", "import", str(register))
        self.command(
            *("accounts", "add-staff", "sam.claes", "--email", "sam@fluvius.example"),
            *("--mobile", "0472 00 00 00", "--department", "Energiedelen"),
            *("--role", "releaser"),
        )

    def publish(self, files: dict[str, bytes]) -> None:
        folder = self.folder / f"levering-{self.clock():%m%d%H%M}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.command("filedrop", "publish", str(folder), "--by", "sam.claes")

    def letters(self, address: str) -> list[EmailMessage]:
        """What that address got, after the postman came by."""
        self.tick("post.deliver")
        return [mail for mail in self.relay.mails if address in str(mail["To"])]

    def code(self) -> str:
        """What the last text message says."""
        found = re.search(r"\b\d{6}\b", self.twilio.texts[-1].body)
        assert found
        return found[0]

    def first_sign_in(self, login: str, letter: EmailMessage) -> Guest:
        """Somebody who follows the first letter's link until the page it leads to."""
        guest, text = Guest(self.site), words(letter)
        initial = re.search(r"Initieel wachtwoord:\s+(\S+)", text)
        assert initial
        guest.open(link(text))
        at = guest.page.location
        guest.follow()
        guest.submit(at, {"login": login, "wachtwoord": initial[1]})
        guest.follow()
        guest.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
        return self.type_code(guest)

    def sign_in(
        self, login: str, password: str = PASSWORD, *, to: str = "/bestanden/"
    ) -> Guest:
        """Somebody at a new browser, in by own password and code, on that page."""
        guest, at = Guest(self.site), f"/aanmelden?verder={to}"
        guest.open(at)
        guest.submit(at, {"login": login, "wachtwoord": password})
        return self.type_code(guest)

    def type_code(self, guest: Guest) -> Guest:
        guest.follow()
        guest.submit("/aanmelden/code", {"code": self.code()})
        guest.follow()
        return guest


@contextmanager
def house(
    database_url: str, clock: FakeClock, folder: Path, **told: str
) -> Iterator[House]:
    """The usual house, save for the settings that are told."""
    port = free_port()
    with relay(folder) as carrier, twilio() as phones:
        environ = {
            "DATABASE_URL": database_url,
            "BLOBS": f"local:{folder / 'blobs'}",
            "KEYS": f"local:{folder / 'keys'}",
            "MASTER_KEYS": "test:" + "A" * 43,
            "AUDIT_KEYS": "notary:" + "B" * 43,
            "SECRET_KEY": "a secret of nobody, and long enough",
            "EMAIL": carrier.url,
            "SMS": "twilio:",
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": "Fluvius",
            "TWILIO_API_BASE": phones.url,
            "BASE_URL": f"http://127.0.0.1:{port}",
            **told,
        }
        built = build(Settings.from_env(environ), clock)
        runtime = replace(built, watch=ClockWatch(clock, clock.monotonic))
        app = create_app(runtime)
        with serving(app, port) as site:
            yield House(app, runtime, clock, carrier, phones, site, folder)
        runtime.database.close()


def words(letter: EmailMessage, kind: str = "plain") -> str:
    """The text of a letter, or its HTML."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link(text: str) -> str:
    """The first address of the portal in a text."""
    found = re.search(r"http://127\.0\.0\.1:\d+/\S*", text)
    assert found, text
    return found[0]
