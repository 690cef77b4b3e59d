"""A book to look at."""

import pytest

from app.runtime import Runtime
from tests.bookkeeping import bind, write


@pytest.fixture
def book(runtime: Runtime) -> Runtime:
    """A house with a dozen lines in its book, all of them bound."""
    write(runtime, 12)
    bind(runtime)
    return runtime
