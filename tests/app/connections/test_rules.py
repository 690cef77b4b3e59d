"""What is wrong with a typed EAN code, one sentence each; how long a list grows."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.connections.rules import MOST, fits
from app.connections.texts import slip
from tests.databases import ONE_DATABASE

GENUINE = "541449999000000017"


@pytest.fixture
def _page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@ONE_DATABASE
@pytest.mark.usefixtures("_page")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul een EAN-code in."),
        ("54144999900000001x", "Een EAN-code bestaat enkel uit cijfers."),
        ("54144999900000001²", "Een EAN-code bestaat enkel uit cijfers."),
        ("5", "Deze code telt 1 cijfer. Een EAN-code telt er 18."),
        (GENUINE[:-1], "Deze code telt 17 cijfers. Een EAN-code telt er 18."),
        (GENUINE + "0", "Deze code telt 19 cijfers. Een EAN-code telt er 18."),
        ("871449999000000017", "Een EAN-code start met 54."),
        (
            "541449999000000018",
            "Deze EAN-code bestaat niet. Controleer de cijfers.",
        ),
        (GENUINE, ""),
    ],
)
def test_the_first_thing_that_is_wrong_is_said(typed: str, sentence: str) -> None:
    assert slip(typed) == sentence


def test_a_list_takes_so_many_and_no_more() -> None:
    assert fits(listed=MOST - 1)
    assert not fits(listed=MOST)
