"""Master keys of before and after, and what is still needed of each."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable

from click.testing import Result
from flask import Flask

OLD = "test:" + "A" * 43
NEW = "new:" + urlsafe_b64encode(b"n" * 32).decode()

Rotate = Callable[..., Flask]  # the master keys, and settings that differ


def type_(app: Flask, *words: str) -> Result:
    """Type `flask …` in that process; it must succeed."""
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    return done


def needed(app: Flask, key_id: str) -> dict[str, int]:
    """What that master key is still needed for."""
    told = json.loads(type_(app, "storage", "keys", "--json").stdout)
    used: dict[str, int] = told["master_keys"].get(key_id, {})
    return used
