"""A person with a browser over real HTTP: sockets, cookies, forms, no JavaScript."""

import html
import re
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from notifier.folder import posted

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Page(NamedTuple):
    """An answer, read to its last byte."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """What it says, without its tags."""
        bare = re.sub(r"<[^>]+>", " ", self.body.decode())
        return " ".join(html.unescape(bare).split())

    @property
    def location(self) -> str:
        return str(self.headers["Location"])


class _Stay(HTTPRedirectHandler):
    """A test follows redirects itself, so that it sees each of them."""

    def redirect_request(self, *asked: object) -> None:
        del asked


class Guest:
    """Somebody at a browser of their own."""

    def __init__(self, site: str) -> None:
        self.site, self.cookies = site, CookieJar()
        self._opener = build_opener(
            ProxyHandler({}), HTTPCookieProcessor(self.cookies), _Stay()
        )
        self.page = Page(0, Message(), b"")

    def open(self, path: str, *, method: str = "GET", **headers: str) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(self._request(path, method=method, headers=named))

    def follow(self) -> Page:
        assert self.page.status == 303, self.page.status
        return self.open(self.page.location)

    def submit(self, path: str, fields: Mapping[str, str | list[str]]) -> Page:
        """Send a form with the token of the page that is open."""
        found = TOKEN.search(self.page.body.decode())
        assert found, f"no form on this page: {self.page.status}"
        form = urlencode({"csrf_token": found[1], **fields}, doseq=True).encode()
        return self._send(self._request(path, data=form))

    def sign_in(self, login: str, password: str, folder: Path) -> str:
        """Come in by a password and a code that was posted there, and say which."""
        self.open("/aanmelden")
        self.submit("/aanmelden", {"login": login, "wachtwoord": password})
        self.follow()
        code: str = re.findall(r"\b\d{6}\b", posted(folder / "sms")[-1]["body"])[0]
        self.submit("/aanmelden/code", {"code": code})
        return code

    def _request(
        self,
        path: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> Request:
        address = urljoin(self.site, path)
        return Request(address, data, dict(headers or {}), method=method)  # noqa: S310 - our own server

    def _send(self, request: Request) -> Page:
        answer: HTTPResponse | HTTPError
        try:
            answer = self._opener.open(request, timeout=30)
        except HTTPError as refused:
            answer = refused
        with answer:
            status = answer.status or 0
            self.page = Page(status, answer.headers, answer.read())
        return self.page
