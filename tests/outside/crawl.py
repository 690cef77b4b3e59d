"""Walks along the links of the site, and keeps each kind of page as it was served."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask
from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException

LINK = re.compile(r'<a [^>]*href="([^"#]+)')
OF_EACH_KIND = 2
Kind = tuple[str, frozenset[str]]


@dataclass
class Crawl:
    """A few pages of each kind: the same view, asked with the same parameters."""

    app: Flask
    site: str
    most: int = OF_EACH_KIND
    seen: Counter[Kind] = field(default_factory=Counter)
    endpoints: dict[str, str] = field(default_factory=dict)

    def walk(
        self, request: APIRequestContext, *paths: str
    ) -> Iterator[tuple[str, str]]:
        """The path and the text of every page that can be reached from there."""
        known, waiting = set(paths), deque(paths)
        while waiting:
            answer = request.get(self.site + waiting.popleft())
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            path, text = answer.url.removeprefix(self.site), answer.text()
            yield path, text
            for link in self._links(answer.url, text):
                if link not in known and self._is_wanted(link):
                    known.add(link)
                    waiting.append(link)

    def _links(self, page: str, text: str) -> Iterator[str]:
        for found in LINK.findall(text):
            address = urljoin(page, unescape(found))
            if address.startswith(f"{self.site}/"):
                yield address.removeprefix(self.site)

    def _is_wanted(self, link: str) -> bool:
        kind = self.kind(link)
        self.seen[kind] += 1
        return self.seen[kind] <= self.most

    def kind(self, path: str) -> Kind:
        """The view, and which parameters it is asked with."""
        parts = urlsplit(path)
        return self.endpoint(parts.path), frozenset(parse_qs(parts.query))

    def endpoint(self, path: str) -> str:
        """The view behind a path; of a dead link, none, and it is walked as well."""
        try:
            found: str = self.app.url_map.bind("").match(path)[0]
        except HTTPException:
            return ""
        return found
