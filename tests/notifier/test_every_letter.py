"""What holds for every letter and text, whatever its values."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from notifier.letters import GSM_7, Letters
from tests.notifier.letters import (
    AT,
    HOUSE,
    LETTERS,
    RESET,
    TEMPLATES,
    URL,
    VARIANTS,
    Values,
    a_file,
    gentbrugge,
    later,
    ledeberg,
    uur,
    write,
)


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> tuple[str, Values]:
    return VARIANTS[request.param]


class Page(HTMLParser):
    """What a reader of the HTML sees, and where its links go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._href = ""
        self.feed(html[html.index("</h1>") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._href = dict(attrs).get("href") or "" if tag == "a" else self._href

    def handle_endtag(self, tag: str) -> None:
        self._href = "" if tag == "a" else self._href

    def handle_data(self, data: str) -> None:
        self.words += data.split()
        if self._href:
            self.links.append((self._href, data))


@pytest.mark.parametrize("what", ["password", "mobile", "email", "tries"])
def test_no_notice_bears_a_link(what: str) -> None:
    mail = write("notice", {**AT, "what": what})
    assert "href" not in mail.html
    assert "http" not in mail.text + mail.html


def test_a_notice_of_something_else_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        write("notice", {**AT, "what": "weather"})


def test_every_link_reads_as_where_it_goes(variant: tuple[str, Values]) -> None:
    letter, values = variant
    mail = write(letter, values)
    links = Page(mail.html).links
    assert links == ([(values["url"], values["url"])] if letter != "notice" else [])
    assert all(href in mail.text for href, _ in links)


def test_both_parts_say_the_same_words(variant: tuple[str, Values]) -> None:
    mail = write(*variant)
    unnumbered = re.sub(r"(?m)^\d\. ", "", mail.text)
    assert Page(mail.html).words == unnumbered.split()


def test_a_letter_is_small_and_fetches_nothing(variant: tuple[str, Values]) -> None:
    mail = write(*variant)
    assert len(mail.html.encode()) < 20_000
    assert not re.search(r"src\s*=|url\(|<link|<script|@import", mail.html)
    assert '<html lang="nl-BE">' in mail.html
    assert not re.search(r"\d{18}", mail.subject + mail.text + mail.html)


def test_the_lines_of_a_letter_fit_a_window(variant: tuple[str, Values]) -> None:
    lines = write(*variant).text.splitlines()
    assert not [line for line in lines if len(line) > 76 and "https://" not in line]


def test_a_letter_has_no_ragged_gaps(variant: tuple[str, Values]) -> None:
    mail = write(*variant)
    assert "\n\n\n" not in mail.text
    assert mail.text == mail.text.strip() + "\n"
    assert not re.search(r"[ \t]\n", mail.text)


def test_only_the_first_letter_carries_credentials_and_a_login_is_told_once(
    variant: tuple[str, Values],
) -> None:
    letter, values = variant
    secrets = {"login": "an.peeters.0417", "initial_password": "hq7v-m3xk"}
    mail = write(letter, {**values, **secrets})
    is_first = letter == "welcome"
    for word in ("hq7v-m3xk", "Initieel wachtwoord:"):
        assert (word in mail.text) == (word in mail.html) == is_first
    is_told = is_first or values.get("untold_login") == secrets["login"]
    for word in (secrets["login"], "Login:"):
        assert (word in mail.text) == (word in mail.html) == is_told


def test_a_long_name_is_never_broken() -> None:
    name = "Verslag van de algemene vergadering " + "x" * 200 + ".pdf"
    mail = write("files-ready", later(gentbrugge(a_file(name))))
    assert f"\n  {name}\n" in mail.text


def test_html_shows_a_hostile_name_as_it_is() -> None:
    mail = write("files-ready", later(ledeberg(a_file("<a href='https://evil'>"))))
    assert Page(mail.html).links == [(URL, URL)]
    assert "Ledeberg &amp; co &lt;vzw&gt;" in mail.html
    assert "<a href='https://evil'>" in mail.text


def test_a_missing_value_is_an_error_and_not_an_empty_word() -> None:
    with pytest.raises(UndefinedError):
        LETTERS.write("reset", to="an@example.be", name="An", url=URL)


def test_no_value_can_add_a_line() -> None:
    hostile = a_file("x.csv\n2. Login: evil")
    with pytest.raises(ValueError, match="line break"):
        write("files-ready", later(gentbrugge(hostile)))
    with pytest.raises(ValueError, match="line break"):
        LETTERS.write("reset", to="an@example.be", name="An\r\nBcc: x", **RESET)
    with pytest.raises(ValueError, match="line break"):
        LETTERS.write("reset", to="an@example.be\n", name="An", **RESET)


def test_the_code_goes_out_as_one_text() -> None:
    until = datetime(2026, 11, 20, 9, 24, tzinfo=UTC)
    words = LETTERS.sms("code", code="482913", until=until)
    assert words == (
        "Fluvius: 482913 is uw code voor Direct bestanden, geldig tot 9.24 u."
        " Geef deze code aan niemand.\n@bestanden.fluvius.be #482913"
    )
    assert len(words) <= 160
    assert set(words) <= GSM_7


@pytest.mark.parametrize("operator", ["Fluvius" * 12, "Łódź"])
def test_a_text_that_does_not_fit_is_refused(operator: str) -> None:
    letters = Letters(TEMPLATES, {"uur": uur}, {**HOUSE, "operator": operator})
    until = datetime(2026, 11, 20, 9, 24, tzinfo=UTC)
    with pytest.raises(ValueError, match="does not fit"):
        letters.sms("code", code="482913", until=until)
