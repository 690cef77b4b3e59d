"""A person with a browser that knows no JavaScript: opens pages, sends their forms."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import AN_MOBILE, PASSWORD, Cast

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HOST, SID = "bestanden.example", "__Host-sid"
SITE = f"https://{HOST}"
WRONG = "De login of het wachtwoord klopt niet. Controleer beide en probeer opnieuw."
U = re.compile(r"\b(?:u|uw)\b", re.IGNORECASE)  # what Mijn Fluvius calls nobody
Fields = Mapping[str, str | list[str]]


@dataclass
class Visitor:
    """Follows redirects by hand, so that a test sees each of them."""

    client: FlaskClient
    page: TestResponse | None = None
    site: str = SITE

    def open(self, path: str, **options: Any) -> TestResponse:
        options = {"buffered": True, **options}  # to the last byte, as a browser does
        self.page = self.client.get(path, base_url=self.site, **options)
        return self.page

    def follow(self) -> TestResponse:
        """Go where the last answer sent us."""
        assert self.page is not None
        assert self.page.status_code == 303, self.page.status
        return self.open(self.page.headers["Location"])

    def submit(self, path: str, fields: Fields | None = None) -> TestResponse:
        """Send a form with the token of the page that is open."""
        data = {"csrf_token": self.token(), **(fields or {})}
        self.page = self.client.post(path, base_url=self.site, data=data)
        return self.page

    @property
    def cookie(self) -> str:
        """What this browser shows to say who it is."""
        cookie = self.client.get_cookie(SID, HOST)
        return cookie.value if cookie else ""

    def show(self, cookie: str) -> None:
        """Show a cookie that was copied from another browser, or from before."""
        self.client.set_cookie(SID, cookie, domain=HOST, secure=True)

    def is_in(self) -> bool:
        """Whether a page of one's own opens."""
        return self.open("/profiel").status_code == 200

    def token(self) -> str:
        assert self.page is not None
        found = TOKEN.search(self.page.get_data(as_text=True))
        assert found, f"no form on this page: {self.page.status}"
        return found[1]

    @property
    def text(self) -> str:
        """What the open page says, without its tags."""
        assert self.page is not None
        page = self.page.get_data(as_text=True).replace("<wbr>", "")
        bare = re.sub(r"<[^>]+>", " ", page)
        return " ".join(html.unescape(bare).split())

    def type_password(self, login: str, password: str, path: str = "/aanmelden") -> int:
        self.open(path)
        return self.submit(path, {"login": login, "wachtwoord": password}).status_code

    def first_sign_in(
        self,
        cast: Cast,
        login: str,
        initial: str,
        mobile: str = AN_MOBILE,
        *,
        password: str = PASSWORD,
        path: str = "/aanmelden",
    ) -> TestResponse:
        """Initial password, own password, code; the answer that lets them in."""
        assert self.type_password(login, initial, path) == 303
        self.follow()
        fields = {"nieuw_wachtwoord": password}
        assert self.submit("/aanmelden/wachtwoord", fields).status_code == 303
        return self.type_code(cast, mobile)

    def sign_in(
        self,
        cast: Cast,
        login: str,
        mobile: str = AN_MOBILE,
        *,
        password: str = PASSWORD,
        path: str = "/aanmelden",
    ) -> TestResponse:
        """Own password and code; the answer that lets them in."""
        assert self.type_password(login, password, path) == 303
        return self.type_code(cast, mobile)

    def enter(self, code: str) -> int:
        """Type this code on its page."""
        self.open("/aanmelden/code")
        return self.submit("/aanmelden/code", {"code": code}).status_code

    def come_in(self, cast: Cast, login: str, password: str, mobile: str) -> None:
        """By the password that they have, be it the initial one."""
        assert self.type_password(login, password) == 303, self.text
        assert self.page is not None
        if self.page.headers["Location"].endswith("/wachtwoord"):
            self.follow()
            self.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
        self.type_code(cast, mobile)

    def type_code(self, cast: Cast, mobile: str) -> TestResponse:
        self.follow()
        answer = self.submit("/aanmelden/code", {"code": cast.code(mobile)})
        assert answer.status_code == 303, self.text
        return answer
