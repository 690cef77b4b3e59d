"""The judge of the floors sees what must never pass."""

import pytest

from tests.house.judge import circles, known_modules, offences
from tests.house.source import Source
from tests.house.test_floors import FLOORS

BAD = {
    "a rule that knows the framework": ("app/filedrop/rules.py", "import flask"),
    "a rule that knows a table": (
        "app/filedrop/rules.py",
        "from app.filedrop import models",
    ),
    "a kernel that looks up": (
        "app/kernel/ean.py",
        "from app.settings import Settings",
    ),
    "a service with a request in it": (
        "app/accounts/service_reset.py",
        "from flask import request",
    ),
    "a view with a query in it": (
        "app/filedrop/views.py",
        "from sqlalchemy import select",
    ),
    "a view that sees tables": (
        "app/filedrop/views.py",
        "from app.filedrop.models import DroppedFile",
    ),
    "a lower room that enters a higher one": (
        "app/accounts/service.py",
        "from app.filedrop.service import FileDrop",
    ),
    "a room that enters by the window": (
        "app/filedrop/service.py",
        "from app.accounts.models import Account",
    ),
    "a door that knows us": ("storage/local.py", "from app.kernel import clock"),
    "a door that knows the other door": ("notifier/outbox.py", "import storage"),
    "an adapter outside the wiring": (
        "app/filedrop/service_clear.py",
        "from storage.local import LocalBlobs",
    ),
    "an import that hides in a function": (
        "app/filedrop/rules.py",
        "def late() -> None:\n    from sqlalchemy import text",
    ),
    "a relative import": ("app/filedrop/rules.py", "from . import models"),
    "a package that nobody decided on": ("app/web/pages.py", "import pandas"),
    "code that leans on tests": ("app/demo/load.py", "from tests.cast import Cast"),
    "a file without a floor": ("app/filedrop/helpers.py", ""),
}


@pytest.mark.parametrize(("path", "text"), BAD.values(), ids=BAD)
def test_the_table_refuses(path: str, text: str) -> None:
    assert list(offences(Source(path, text), known_modules(), FLOORS))


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == {"a", "b", "c"}
