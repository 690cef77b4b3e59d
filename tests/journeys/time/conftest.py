"""A file posted for Noord on Monday 26 October 2026, and who waits for it."""

import pytest

from tests.cast import ELS, Cast
from tests.days import NAME


@pytest.fixture
def link(cast: Cast) -> str:
    """An, Els and Bo are known; a file is posted for Noord. Its address."""
    cast.everybody()
    cast.register(ELS)
    for login in ("an.peeters", "els.claes", "bo.maes"):
        cast.settled(login)
    cast.publish({NAME: b"van Noord" * 1000})
    return f"/bestanden/{cast.file(NAME).public_id}"
