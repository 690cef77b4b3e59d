"""What the profile says: in the form of its reader, and after the days that are set."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from app.accounts.texts import addressed, reminder_choices


@pytest.fixture
def dutch() -> Iterator[None]:
    """Texts without a house around them."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        ((7, 2), ["7 en 2 dagen", "alleen 2 dagen"]),
        ((2, 7), ["7 en 2 dagen", "alleen 2 dagen"]),
        ((14, 7, 1), ["14, 7 en 1 dag", "alleen 1 dag"]),
        ((5,), []),
    ],
)
def test_the_choice_of_reminders_follows_the_days_that_are_set(
    dutch: None, days: tuple[int, ...], labels: list[str]
) -> None:
    choices = reminder_choices(days)
    assert [label for _value, label, _hint in choices] == labels


def test_a_manager_is_u_and_a_colleague_is_je() -> None:
    roles = ("manager", "uploader", "releaser", "admin", "auditor")
    said = [addressed(role, "u", "je") for role in roles]
    assert said == ["u", "je", "je", "je", "je"]
