"""Templates: all compile, nothing inline, nothing unescaped, no text outside _()."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from app.runtime import Runtime
from app.wiring import TEMPLATES
from tests.house.source import nothing

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] not in {"mail", "demo"}
)
EVERY = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*")
    if path.is_file()
)
FORBIDDEN = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*="),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)|\son\w+\s*=|javascript:"),
    "an unescaped value": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\("),
    "an address elsewhere": re.compile(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//"),
    "an address of bytes": re.compile(r"(?:src|href)\s*=\s*[\"']?data:"),
}
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"\b(?:alt|aria-label|placeholder|title|content)=\"[^\"]*\w{3}")
SETTING = re.compile(r"<meta\b[^>]*>")
TRANSLATED = re.compile(r"{%-?\s*trans\b.*?\bendtrans\s*-?%}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")


def bare(text: str, environment: Environment) -> str:
    """What a template says by itself: no statements, values or comments."""
    parts = environment.lex(TRANSLATED.sub("", text))
    return "".join(value for _line, kind, value in parts if kind == "data")


def untranslated(text: str, environment: Environment) -> Iterator[str]:
    said = SETTING.sub("", bare(text, environment))
    yield from (match[0] for match in SPOKEN.finditer(said))
    yield from (word for word in WORD.findall(TAG.sub(" ", said)))


@pytest.fixture
def environment(app: Flask) -> Environment:
    return app.jinja_env


def test_every_template_compiles(environment: Environment, runtime: Runtime) -> None:
    assert EVERY
    for name in EVERY:
        if name.startswith(("mail/", "sms/")):
            runtime.letters._templates.get_template(name)
        else:
            environment.get_template(name)


@pytest.mark.parametrize("fault", FORBIDDEN)
def test_no_page_holds(fault: str) -> None:
    nothing(
        f"{name}: {found[0]}"
        for name in [*PAGES, "demo/mailbox.html"]
        for found in FORBIDDEN[fault].finditer(_text(name))
    )


def test_every_text_of_a_page_can_be_translated(environment: Environment) -> None:
    nothing(
        f"{name}: {found}"
        for name in PAGES
        for found in untranslated(_text(name), environment)
        if found not in NAMES
    )


NAMES = {"nl", "BE"}

BAD = {
    "an inline style": '<p style="color:red">',
    "an inline script": '<a onclick="x()">',
    "an unescaped value": "{{ name | safe }}",
    "an address elsewhere": '<img src="//example.com/x.png">',
    "an address of bytes": '<img src="data:image/png;base64,xx">',
}


@pytest.mark.parametrize("fault", FORBIDDEN)
def test_a_bad_page_is_found(fault: str) -> None:
    assert FORBIDDEN[fault].search(BAD[fault])


def test_a_bare_text_is_found(environment: Environment) -> None:
    page = '<p>Hallo {{ _("wereld") }}</p><a aria-label="Sluit dit">{# stil #}</a>'
    assert list(untranslated(page, environment)) == ['aria-label="Sluit dit', "Hallo"]


def _text(name: str) -> str:
    return Path(TEMPLATES, name).read_text(encoding="utf-8")
