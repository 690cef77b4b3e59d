"""A real browser on a real server: what people see, and what their machines tell."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from tests.browser.person import LOOKS, Person
from tests.cast import AN, AN_MOBILE, BO, NOISE, PASSWORD, SAM_MOBILE, Cast
from tests.clock import FakeClock
from tests.drafting import START
from tests.fakes_senders import SentEmail, SentSms
from tests.light import lightened
from tests.servers.web import free_port, serving

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# what the policy refuses, also where nobody looks at the console
REPORT = """
document.addEventListener("securitypolicyviolation", (event) =>
  violated(`${event.effectiveDirective}: ${event.blockedURI}`));
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shots", help="keep a picture of each page in this folder")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def house(
    sqlite_file: Path, tmp_path: Path, clock: FakeClock
) -> Iterator[tuple[Cast, Flask]]:
    """The house on SQLite, at an address that a browser on this machine may use."""
    database = tmp_path / "browser.sqlite"
    shutil.copy(sqlite_file, database)
    settings = Settings.from_env(
        {
            "DATABASE_URL": f"sqlite:///{database}",
            "BLOBS": f"local:{tmp_path / 'blobs'}",
            "KEYS": f"local:{tmp_path / 'keys'}",
            "MASTER_KEYS": "test:" + "A" * 43,
            "AUDIT_KEYS": "notary:" + "B" * 43,
            "SECRET_KEY": "a secret of nobody, and long enough",
            "EMAIL": "console:",
            "SMS": "console:",
            "BASE_URL": f"http://127.0.0.1:{free_port()}",
        }
    )
    built = lightened(build(settings, clock), clock)
    email, sms = SentEmail(), SentSms()
    runtime = replace(built, email=email, sms=sms)
    yield Cast(runtime, clock, tmp_path, email, sms), create_app(runtime)
    built.database.close()


@pytest.fixture
def cast(house: tuple[Cast, Flask]) -> Cast:
    return house[0]


@pytest.fixture
def runtime(cast: Cast) -> Runtime:
    return cast.runtime


@pytest.fixture
def site(house: tuple[Cast, Flask]) -> Iterator[str]:
    cast, app = house
    port = int(cast.runtime.settings.base_url.rpartition(":")[2])
    with serving(app, port) as address:
        yield address


@pytest.fixture
def arrive(
    chromium: Browser,
    site: str,
    house: tuple[Cast, Flask],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Person]]:
    """A person at a browser of that look; options go to the browser's context."""
    folder = request.config.getoption("--shots")
    shots = Path(str(folder)) if folder else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    people: list[Person] = []
    with ExitStack() as stack:

        def come(look: str = "light", **options: Any) -> Person:
            context = chromium.new_context(
                locale="nl-BE",
                timezone_id="Europe/Brussels",
                reduced_motion="reduce",
                **{**LOOKS[look], **options},
            )
            stack.callback(context.close)
            page = context.new_page()
            person = Person(page, site, look, shots, [], app=house[1])
            page.on("console", lambda said: _note(person, said.type, said.text))
            page.on("pageerror", lambda error: person.complaints.append(str(error)))
            context.expose_function("violated", person.violate)
            context.add_init_script(REPORT)
            people.append(person)
            return person

        yield come
        for person in people:
            assert person.violations == []


def _note(person: Person, kind: str, text: str) -> None:
    """An error status of the page itself is no complaint: the test asked for it."""
    if kind in {"error", "warning"} and "Failed to load resource" not in text:
        person.complaints.append(text)


@pytest.fixture
def an_with(
    arrive: Callable[..., Person], cast: Cast
) -> Callable[[list[str]], Callable[..., Person]]:
    """An gets files of these names, and comes in at any browser."""

    def published(names: list[str]) -> Callable[..., Person]:
        cast.everybody()
        cast.settled()
        cast.publish(dict.fromkeys(names, b"kwartieren\r\n" * 1000))

        def come(look: str = "light", **options: object) -> Person:
            person = arrive(look, **options)
            person.sign_in(cast, "an.peeters", PASSWORD, AN_MOBILE)
            return person

        return come

    return published


@pytest.fixture
def staff(cast: Cast) -> Callable[[Person], Person]:
    """Sam signs in at that browser."""
    cast.register(AN, BO, NOISE)
    cast.staff()
    cast.settled("sam.claes")

    def come(person: Person) -> Person:
        cast.clock.forward(minutes=2)
        person.sign_in(cast, "sam.claes", PASSWORD, SAM_MOBILE)
        person.open(START)
        return person

    return come


@pytest.fixture
def sam(arrive: Callable[..., Person], staff: Callable[[Person], Person]) -> Person:
    return staff(arrive())
