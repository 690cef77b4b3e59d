"""Who the journeys begin with."""

import pytest

from tests.cast import AN, BO, NOISE, Cast


@pytest.fixture
def an(cast: Cast) -> str:
    """An is registered; her initial password."""
    cast.register(AN, NOISE)
    return cast.invited()


@pytest.fixture
def settled(cast: Cast) -> None:
    """An and Bo have own passwords."""
    cast.register(AN, BO, NOISE)
    cast.settled("an.peeters")
    cast.settled("bo.maes")
