"""Who is at a browser while the pictures are taken, and what they have before them."""

from dataclasses import dataclass
from functools import cached_property

from playwright.sync_api import Page

from app.demo.cast import (
    DAMPOORT,
    GENTBRUGGE,
    JAN,
    MARIAKERKE,
    WETTEREN,
)
from app.demo.citizens import MIA, WARMTEPLAN
from app.demo.visit import INITIAL
from app.organisations.rules import Claim
from notifier import folder
from tests.browser.person import Person
from tests.cast import correction
from tests.providers import Provider
from tests.stage import Stage, new_delivery

MANY = (GENTBRUGGE, WETTEREN, DAMPOORT, MARIAKERKE)
MONTH, SIZE = "2026-10", 1_480_000
UNKNOWN, LETTER = correction("EG0009999", month=MONTH), "begeleidende brief.pdf"


@dataclass(frozen=True)
class Scene:
    """Who is at a browser; each signs in once, when first needed."""

    stage: Stage

    @cached_property
    def guest(self) -> Person:
        return self.stage.anybody()

    @cached_property
    def jan(self) -> Page:
        """Past the initial password, before the own one."""
        page = self.at(self.stage.anybody(), "/aanmelden")
        page.fill("[name=login]", JAN.login)
        page.fill("[name=wachtwoord]", self.initial)
        page.press("[name=wachtwoord]", "Enter")
        page.wait_for_url("**/wachtwoord")
        return page

    @cached_property
    def initial(self) -> str:
        """What the first letter to Jan says."""
        post = folder.posted(self.stage.cast.folder / "mail")
        letter = next(one["body"] for one in post if one["to"] == JAN.email)
        found = INITIAL.search(letter)
        assert found, letter
        return found[1]

    @cached_property
    def an(self) -> Person:
        return self.stage.an()

    @cached_property
    def sam(self) -> Person:
        return self.stage.sam()

    @cached_property
    def lies(self) -> Person:
        return self.stage.lies()

    @cached_property
    def mia(self) -> Person:
        """In for an organisation that is a provider already, as CSAM would let her."""
        cast, person = self.stage.cast, self.stage.anybody()
        firm = Claim(WARMTEPLAN.kbo, WARMTEPLAN.name, WARMTEPLAN.address, "Bestuurder")
        person.is_let_in(Provider.of(cast, firm, "csam.mia", MIA.name).comes_in)
        return person

    @cached_property
    def draft(self) -> str:
        """The path of a delivery in the making, with two files that are stopped."""
        names = [correction(one.identifier, month=MONTH) for one in MANY]
        files = {**dict.fromkeys(names, bytes(SIZE)), UNKNOWN: b"?", LETTER: b"?"}
        new_delivery(self.sam, files)
        return self.sam.page.url.removeprefix(self.stage.site)

    @cached_property
    def bounced(self) -> str:
        """The path of the delivery of which a letter did not arrive."""
        return self.first(self.sam, "/beheer/leveringen/", "tbody a")

    def at(self, person: Person, path: str) -> Page:
        person.open(path)
        return person.page

    def first(self, person: Person, path: str, link: str) -> str:
        """Where the first such link of that page leads."""
        found = self.at(person, path).locator(link).first.get_attribute("href")
        return str(found)
