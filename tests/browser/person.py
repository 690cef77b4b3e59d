"""Somebody at a browser, and what a page must be for everybody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Page

from tests.cast import Cast
from tests.visitor import Visitor

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COOKIES = ("sid", "device", "__Host-sid")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
}
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
        self.is_let_in(lambda who: who.come_in(cast, login, password, mobile))
        self.open("/")

    def is_let_in(self, enter: Callable[[Visitor], object]) -> None:
        """Whoever goes in that way without a browser, is in at this one."""
        assert self.app is not None
        client = self.app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = self.page.evaluate(
            "navigator.userAgent"
        )
        visitor = Visitor(client, site=self.site)
        enter(visitor)
        host = urlsplit(self.site).hostname or ""
        kept = [visitor.client.get_cookie(name, host) for name in COOKIES]
        self.page.context.add_cookies(
            [
                {"name": cookie.key, "value": cookie.value, "url": self.site}
                for cookie in kept
                if cookie
            ]
        )

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
