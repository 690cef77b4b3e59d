"""A real browser on a real server: what people see, and what their machines tell."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from app import create_app
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from tests.cast import AN, BO, NOISE, PASSWORD, SAM_MOBILE, Cast
from tests.clock import FakeClock
from tests.drafting import START
from tests.fakes_senders import SentEmail, SentSms
from tests.light import lightened
from tests.servers.web import free_port, serving
from tests.visitor import Visitor

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
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COOKIES = ("sid", "device")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
}
# what the policy refuses, also where nobody looks at the console
REPORT = """
document.addEventListener("securitypolicyviolation", (event) =>
  violated(`${event.effectiveDirective}: ${event.blockedURI}`));
"""

# colours fade from one look into the next: judged half-way, they have no contrast
SETTLED = """
async () => {
  const fading = document.getAnimations().map((one) => one.finished);
  await Promise.allSettled(fading);
}
"""

SEEN = """
() => {
  const e = document.activeElement, r = e.getBoundingClientRect();
  const label = e.labels && e.labels.length ? e.labels[0].getBoundingClientRect() : r;
  const x = Math.min(Math.max(r.left + r.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(r.top + r.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const style = getComputedStyle(e);
  return {
    name: e.getAttribute("aria-label") || e.innerText || e.name || e.tagName,
    tag: e.tagName,
    covered: !(top && (e === top || e.contains(top) || top.contains(e))),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    width: Math.max(r.width, label.width), height: Math.max(r.height, label.height),
  };
}
"""


@dataclass
class Person:
    """Somebody at a browser: one page, and every complaint that it made."""

    page: Page
    site: str
    look: str
    shots: Path | None
    complaints: list[str]
    violations: list[str] = field(default_factory=list)
    app: Flask | None = None

    def violate(self, directive: str) -> None:
        self.violations.append(directive)

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def sign_in(self, cast: Cast, login: str, password: str, mobile: str) -> None:
        """In without typing, for tests that are not about coming in; a start page."""
        assert self.app is not None
        client = self.app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = self.page.evaluate(
            "navigator.userAgent"
        )
        visitor = Visitor(client, site=self.site)
        visitor.come_in(cast, login, password, mobile)
        kept = [visitor.client.get_cookie(name, "127.0.0.1") for name in COOKIES]
        self.page.context.add_cookies(
            [
                {"name": cookie.key, "value": cookie.value, "url": self.site}
                for cookie in kept
                if cookie
            ]
        )
        self.open("/")

    def come_in(self, cast: Cast, login: str, password: str, mobile: str) -> None:
        """In as people do: each field typed."""
        self.open("/aanmelden")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=wachtwoord]", password)
        self.page.press("[name=wachtwoord]", "Enter")
        self.page.wait_for_url("**/aanmelden/*")
        if self.page.locator("[name=nieuw_wachtwoord]").count():
            self.page.fill("[name=nieuw_wachtwoord]", "Vier linden aan de Leie")
            self.page.press("[name=nieuw_wachtwoord]", "Enter")
            self.page.wait_for_url("**/aanmelden/code")
        self.page.fill("[name=code]", cast.code(mobile))
        with self.page.expect_navigation():
            self.page.press("[name=code]", "Enter")

    def check(self, name: str, looks: Iterable[str] = LOOKS) -> None:
        """In each look: nothing for axe, no sideways scroll; a picture if asked.

        A click waits for the next page's head, not for what it says.
        """
        self.page.wait_for_load_state()
        for look in looks:
            self.put_on(look)
            if self.shots:
                file = self.shots / f"{name}-{look}.png"
                self.page.screenshot(path=file, full_page=True)
            found = self.judged()
            assert found.violations_count == 0, f"{look}: {found.generate_report()}"
            assert self.overflow() <= 0, f"{name} scrolls sideways, {look}"
        self.put_on(self.look)
        assert self.complaints == []

    def judged(self) -> AxeResults:
        """What axe, brought to a page once, says of how it looks now."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        run = "rules => axe.run(rules).then(({ violations }) => ({ violations }))"
        return AxeResults(self.page.evaluate(run, RULES))

    def put_on(self, look: str) -> None:
        """Give the page the colours and the width of that look."""
        options = LOOKS[look]
        self.page.emulate_media(color_scheme=options["color_scheme"])
        self.page.set_viewport_size(options["viewport"])
        self.page.evaluate(SETTLED)

    def walk(self, most: int = 150) -> list[str]:
        """Tab through the page: each stop is named, ringed, bare and large enough."""
        stops: list[str] = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(SEEN)
            if stop["tag"] == "BODY":
                return stops
            assert stop["name"].strip(), stop
            assert stop["ring"], stop
            assert not stop["covered"], stop
            assert min(stop["width"], stop["height"]) >= 24, stop
            stops.append(stop["name"].strip())
        raise AssertionError("the keyboard never comes out of this page")

    def overflow(self) -> int:
        script = "document.documentElement.scrollWidth - innerWidth"
        return int(self.page.evaluate(script))


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
