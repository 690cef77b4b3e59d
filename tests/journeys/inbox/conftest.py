"""An, and what lies in her list."""

from collections.abc import Callable

import pytest

from tests.cast import NOORD, Cast, correction
from tests.visitor import Visitor


@pytest.fixture
def an(an_with: Callable[[dict[str, bytes]], Visitor]) -> Visitor:
    """An is in, and has nothing yet."""
    return an_with({})


@pytest.fixture
def three(an: Visitor, cast: Cast) -> list[str]:
    """Three files of three days, sizes and departments."""
    names = [correction(NOORD, month=f"2026-0{month}") for month in (7, 8, 9)]
    for name, size in zip(names, (300, 100, 200), strict=True):
        cast.publish({name: b"x" * size})
        cast.clock.forward(minutes=1)
    return names
