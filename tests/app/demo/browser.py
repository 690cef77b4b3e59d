"""A browser over the wire: cookies, redirects, forms with their hidden fields."""

import json
import re
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Browser:
    """Follows redirects, remembers cookies and the last page."""

    site: str
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )
    status: int = 0
    path: str = ""
    text: str = ""

    def open(self, path: str, data: bytes | None = None) -> "Browser":
        try:
            answer = self.opener.open(f"{self.site}{path}", data, timeout=20)
        except HTTPError as refused:
            answer = refused
        with answer:
            self.status = answer.status
            self.path = answer.url.removeprefix(self.site)
            self.text = answer.read().decode()
        return self

    def submit(self, **fields: str) -> "Browser":
        found = TOKEN.search(self.text)
        assert found, self.text
        return self.open(
            self.path, urlencode({"csrf_token": found[1], **fields}).encode()
        )

    def messages(self, to: str) -> list[str]:
        """The words of what went to an address or a number, the newest last."""
        box = json.loads(Browser(self.site).open("/demo/postvak.json").text)
        return [one["body"] for one in box if one["to"] == to]

    def type_code(self, mobile: str) -> "Browser":
        found = re.search(r"\d{6}", self.messages(mobile)[-1])
        assert found
        return self.submit(code=found[0])
