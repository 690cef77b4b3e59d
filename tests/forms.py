"""The forms of a page as it was served, and what nobody means to type in them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import quote, urlencode

from tests.visitor import Visitor

NONSENSE: Mapping[str, str | list[str]] = {
    "nothing": "",
    "blanks": " \t\u00a0 ",
    "a NUL": "x\0y",
    "orders to a terminal": "x\x1b[2J\x07\x08",
    "lines": "x\r\nSet-Cookie: a=b\r\n\r\ny",
    "the other way round": "\u202egnp.\u2066x",
    "half a pair": "\udce9",
    "no sign at all": "\ufffe\ufeff\u200b",
    "10,000 signs": "x" * 10_000,
    "10,000 digits": "9" * 10_000,
    "a huge number": "9" * 30,
    "less than none": "-1",
    "a page": "<script>alert(1)</script>",
    "a question to the database": "' OR 1=1; --",
    "another kind": '{"$ne": null}',
    "many": ["x", "y"],
}
SAID = {200, 303, 404, 405, 409, 410, 422, 429}
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
)
POLITE = re.compile(r"\b(?:[Uu]w?|[Uu]zelf)\b")
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
DRAWN = re.compile(r"<code.*?</code>", re.DOTALL)  # by lot: u and U are in there too
TYPED = re.compile(r"<input [^>]*>|<textarea .*?</textarea>", re.DOTALL)
ENGLISH = re.compile(r"\b(?:[Ff]ield|[Nn]ot a valid|[Ii]nvalid|required|[Ee]rror)\b")


@dataclass
class Form:
    """Where it goes, and what its fields hold before anybody types."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def spoiled(self) -> Iterator[tuple[str, dict[str, str | list[str]]]]:
        """Each field with each nonsense, and left out; the others as they were."""
        for name in self.fields:
            rest = {other: self.fields[other] for other in self.fields if other != name}
            yield f"{name}: left out", dict(rest)
            for kind, nonsense in NONSENSE.items():
                yield f"{name}: {kind}", {**rest, name: nonsense}


class Forms(HTMLParser):
    """Those of a page that change something; the token is not theirs to spoil."""

    def __init__(self, path: str, page: str) -> None:
        super().__init__()
        self.path, self.found = path, list[Form]()
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = told.get("method") == "post"
            if self._open:
                self.found.append(Form(told.get("action") or self.path))
        elif self._open and told.get("name", "csrf_token") != "csrf_token":
            self._take(tag, told)

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"

    def _take(self, tag: str, told: Mapping[str, str]) -> None:
        form, name, kind = self.found[-1], told["name"], told.get("type", "")
        if kind == "file":
            form.files.add(name)
        elif kind in {"radio", "checkbox"} and "checked" not in told:
            form.fields.setdefault(name, "")
        elif tag != "button":
            form.fields[name] = told.get("value", "")


def is_well_told(person: Visitor, what: str) -> None:
    """A status that fits and, unless it goes on elsewhere, a sentence in je."""
    assert person.page
    status, page = person.page.status_code, person.page.get_data(as_text=True)
    assert status in SAID, (what, status)
    main = "".join(MAIN.findall(page))
    assert main or status == 303, what
    assert not UNSEEN.search(TYPED.sub("", page)), what
    said = re.sub(r"<[^>]+>", " ", DRAWN.sub("", main))
    assert not POLITE.search(said), (what, POLITE.findall(said))
    assert not ENGLISH.search(said), (what, said)
    if status == 422:
        assert 'id="fouten"' in main, what


def send(person: Visitor, form: Form, fields: dict[str, str | list[str]]) -> None:
    """As a program would that knows no page of ours: any bytes, in any order."""
    if form.files:
        files = {name: (BytesIO(b"no PDF"), "x.pdf") for name in form.files}
        if "\udce9" in fields.values():
            return  # the client of these tests cannot say that in parts
        person.page = person.client.post(
            form.action, data={**fields, **files}, base_url=person.site
        )
        return
    body = urlencode(fields, doseq=True, errors="surrogateescape")
    kind = "application/x-www-form-urlencoded"
    person.page = person.client.post(
        form.action, data=body, content_type=kind, base_url=person.site
    )


def spoil(person: Visitor, paths: Iterable[str]) -> int:
    """Spoil each field of each form of these pages; how many times it was done."""
    done = 0
    for path in paths:
        page = person.open(path)
        assert page.status_code == 200, path
        token, main = person.token(), MAIN.findall(page.text)[0]
        for form in Forms(path, main).found:
            for what, fields in form.spoiled():
                send(person, form, {"csrf_token": token, **fields})
                is_well_told(person, f"{form.action} {what}")
                done += 1
        # what was kept of it has no sign in it that nobody sees
        assert not UNSEEN.search(person.open(path).text), path
    return done


def names() -> Iterator[tuple[str, str]]:
    """Each nonsense as a piece of an address."""
    for kind, nonsense in NONSENSE.items():
        yield kind, quote("".join(nonsense), safe="", errors="surrogateescape")
