"""Each reason for which a letter stays is told on a page in Dutch."""

import ast
from collections.abc import Iterator

import pytest
from flask import Flask

from app.web.reasons import SENTENCES, WHO, reason_of
from tests.databases import ONE_DATABASE
from tests.house.source import code

BY = ("notifier/mail", "notifier/folder", "notifier/outbox", "jobs/post", "app/post")


def reasons() -> Iterator[str]:
    """What carriers of letters, the post and the outbox say, or begin to say."""
    for file in code():
        for node in ast.walk(file.tree) if file.path.startswith(BY) else ():
            match node:
                case (
                    ast.Call(func=ast.Name(id="SendFailed"))
                    | ast.Assign(targets=[ast.Name(id="reason")])
                ):
                    yield from _texts(node)


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_every_reason_has_its_words() -> None:
    found = set(reasons())
    assert len(found) > 6
    begun = "the letter "  # and what it cannot be
    for told in found - {begun}:
        assert told in SENTENCES or told.partition(": ")[0] in WHO, told


@ONE_DATABASE
@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("the reader is blocked", "de ontvanger is geblokkeerd"),
        ("the relay: 550 5.1.1", "de mailserver: 550 5.1.1"),
        ("SES: MessageRejected", "Amazon SES: MessageRejected"),
        ("421 later", "421 later"),
    ],
)
def test_a_reason_is_told_in_the_words_of_colleagues(
    app: Flask, told: str, shown: str
) -> None:
    with app.test_request_context():
        assert reason_of(told) == shown
