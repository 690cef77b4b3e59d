"""The front door: `gunicorn wsgi:app`; `flask` finds it by itself."""

import logging
import sys

from flask import Flask

from app import create_app
from app.settings import SettingsError
from jobs.commands import cli

GIVE_UP = 3  # gunicorn stops at this status; after any other it tries for ever


def _open() -> Flask:
    """The house with its jobs, or one sentence and no traceback."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("energiepost").setLevel(logging.INFO)
    try:
        house = create_app()
    except SettingsError as wrong:
        sys.stderr.write(f"Fout: {wrong}\n")
        raise SystemExit(GIVE_UP) from None
    house.cli.add_command(cli)
    return house


app = _open()
