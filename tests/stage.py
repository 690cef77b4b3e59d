"""The demo's month on a clock that stands still, with people at real browsers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, FilePayload, expect, sync_playwright

from app import create_app
from app.demo.cast import ADMIN, AN, DAMPOORT, ELS, RELEASER, WETTEREN
from app.demo.load import load
from app.demo.settings import DemoFolder
from app.kernel.clock import ClockWatch
from app.settings import Settings
from app.wiring import build
from notifier import SendFailed
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.person import LOOKS, Person
from tests.cast import PASSWORD, Cast, correction
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms
from tests.servers.web import free_port, serving

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
FULL = SendFailed("the relay: 552 5.2.2 the mailbox is full", permanent=True)


@dataclass(frozen=True)
class Stage:
    """A house with a month behind it; An, Sam and Lies may come in."""

    cast: Cast
    app: Flask
    site: str
    browser: Browser

    def anybody(self, look: str = "light", **options: Any) -> Person:
        context = self.browser.new_context(
            locale="nl-BE",
            timezone_id="Europe/Brussels",
            reduced_motion="reduce",
            ignore_https_errors=True,
            **{**LOOKS[look], **options},
        )
        return Person(context.new_page(), self.site, look, None, [], app=self.app)

    def an(self) -> Person:
        """The manager of Gentbrugge."""
        return self._in(AN.login, AN.mobile)

    def sam(self) -> Person:
        """A colleague who may release."""
        return self._in(RELEASER.login, RELEASER.mobile)

    def lies(self) -> Person:
        """A colleague who may do everything."""
        return self._in(ADMIN.login, ADMIN.mobile)

    def _in(self, login: str, mobile: str) -> Person:
        self.cast.clock.forward(minutes=2)  # a person gets one code a minute
        person = self.anybody()
        person.come_in(self.cast, login, PASSWORD, mobile)
        return person


def new_delivery(person: Person, files: Mapping[str, bytes]) -> None:
    """A draft with these files, sent by the page's own script."""
    page = person.page
    person.open("/beheer/leveringen/nieuw")
    page.check("[name=soort][value=correcties]")
    page.get_by_role("button", name="Beginnen").click()
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": content}
        for name, content in files.items()
    ]
    page.get_by_label("Bestanden kiezen").set_input_files(payloads)
    done = f"Klaar: {len(files)} van {len(files)}"
    expect(page.locator("[data-sum-line]")).to_contain_text(done)


@contextmanager
def stage(folder: Path, address: str = "") -> Iterator[Stage]:
    """Load the demo there and serve it; browsers believe an address in .example."""
    demo = DemoFolder(folder / "demo", free_port())
    clock = FakeClock(NOW)
    demo.make()
    load(demo, clock)
    cast = _house(demo, clock, address)
    app = create_app(cast.runtime)
    arguments = [*FLAGS, f"--host-resolver-rules=MAP *.example 127.0.0.1:{demo.port}"]
    with serving(app, demo.port, tls=bool(address)), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield Stage(cast, app, address or demo.address, browser)
        browser.close()
    cast.runtime.database.close()


def _house(demo: DemoFolder, clock: FakeClock, address: str) -> Cast:
    environ = demo.environ() | ({"BASE_URL": address} if address else {})
    built = build(Settings.from_env(environ), clock)
    email, sms = SentEmail(), SentSms()
    watch = ClockWatch(clock, clock.monotonic)
    runtime = replace(built, watch=watch, email=email, sms=sms)
    cast = Cast(runtime, clock, demo.path, email, sms)
    for login in (AN.login, RELEASER.login, ADMIN.login):
        cast.settled(login)
    _refuse_a_letter(cast)
    return cast


def _refuse_a_letter(cast: Cast) -> None:
    """Els's mailbox is full: colleagues have something to do."""
    cast.email.refused[ELS.email] = FULL
    names = (correction(one.identifier, version=3) for one in (WETTEREN, DAMPOORT))
    cast.publish(dict.fromkeys(names, b"kwartieren"), by=RELEASER.login)
    cast.tick("post.deliver")
