"""Every action of the audit book is a sentence; every letter has a name."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.accounts.rules import Why
from app.accounts.service import Person
from app.desk.service_audit import Line
from app.desk.texts import (
    KINDS,
    LETTERS,
    REFUSALS,
    SENTENCES,
    WHY,
    letter_name,
    result,
    role_name,
    sentence,
    source,
    subject,
)
from app.wiring import TEMPLATES
from tests.house.source import ROOMS, code

ACTION = re.compile(r"[a-z]+\.[a-z_]+")
NOW = datetime(2026, 10, 26, 9, tzinfo=UTC)
AN = Person(1, "an.peeters", "manager", "An Peeters", "an@noord.example", "+32", "")


def actions() -> Iterator[str]:
    """What the code of the rooms writes in the book."""
    for file in code():
        if file.room not in ROOMS or "service" not in file.path:
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_kind = node.value.partition(".")[0] in KINDS
                if is_kind and ACTION.fullmatch(node.value):
                    yield node.value


def line(action: str, **details: str | int) -> Line:
    return Line(1, NOW, AN.login, AN, action, "file:x", "maart.csv", "Bo", details)


def test_every_action_has_its_sentence() -> None:
    found = set(actions())
    assert len(found) > 20
    assert found - SENTENCES.keys() - REFUSALS.keys() == set()


def test_every_kind_of_action_can_be_chosen() -> None:
    assert {action.partition(".")[0] for action in SENTENCES} == KINDS.keys() - {""}


def test_every_letter_has_a_name() -> None:
    assert {path.name for path in (TEMPLATES / "mail").iterdir() if path.is_dir()} == (
        LETTERS.keys()
    )


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_a_sentence_fills_in_what_the_line_tells(page: None) -> None:
    assert sentence(line("file.downloaded")) == (
        "An Peeters downloadde maart.csv (volledig)."
    )
    told = sentence(line("delivery.publish", files=3, letters=2))
    assert told == "An Peeters gaf een levering vrij: 3 bestanden, 2 e-mails."
    told = sentence(line("delivery.publish", files=1, letters=1))
    assert told == "An Peeters gaf een levering vrij: 1 bestand, 1 e-mail."
    told = sentence(line("delivery.mail_again", letters=1))
    assert told == "An Peeters verwittigde 1 beheerder opnieuw."
    told = sentence(line("community.add_manager"))
    assert told == "An Peeters maakte Bo beheerder van maart.csv."


@pytest.mark.parametrize(
    ("about", "name", "shown"),
    [
        ("file:x", "maart.csv", "maart.csv"),
        ("file:x", "om 12:30.csv", "om 12:30.csv"),
        ("draft:x", "draft:x", "Concept"),
        ("letters", "letters", "E-mails"),
        ("day:2026-10-26", "day:2026-10-26", "2026-10-26"),
        ("EG0000001", "EG0000001", "EG0000001"),
    ],
)
def test_what_a_line_is_about_is_told_in_words(
    page: None, about: str, name: str, shown: str
) -> None:
    told = replace(line("file.purge"), about=about, subject=name)
    assert subject(told) == shown
    if name != about:
        assert sentence(told) == f"An Peeters wiste {name} na de laatste dag."


def test_a_refusal_says_that_it_was_one_and_why(page: None) -> None:
    tried = replace(line("account.sign_in", why="blocked"), refused=True)
    assert sentence(tried) == (
        "An Peeters kon zich niet aanmelden: de login is geblokkeerd."
    )
    assert (result(tried), result(line("account.sign_in"))) == ("geweigerd", "gelukt")


def test_every_reason_to_keep_somebody_out_is_told() -> None:
    shut = {why.value for why in (Why.BLOCKED, Why.INITIAL_OVER, Why.PASSWORD_OFF)}
    assert WHY.keys() == shut


def test_a_line_says_where_it_came_from(page: None) -> None:
    told = {
        "": "–",
        "command": "opdracht",
        "jobs": "taak",
        "2001:db8::1": "2001:db8::1",
    }
    for written, shown in told.items():
        assert source(replace(line("file.download"), source=written)) == shown


def test_a_line_of_which_something_is_missing_is_still_told(page: None) -> None:
    for action in SENTENCES:
        assert sentence(line(action)).startswith("An Peeters ")


def test_a_manager_is_a_beheerder_in_the_book_too(page: None) -> None:
    assert role_name(line("file.download")) == "beheerder"


def test_what_nobody_described_is_told_by_its_name(page: None) -> None:
    assert sentence(line("oven.bake")) == "An Peeters: oven.bake (maart.csv)."
    assert letter_name("telegram") == "telegram"
