"""The front door: `gunicorn wsgi:app`; `flask` finds it by itself."""

from app import create_app
from jobs.commands import cli

app = create_app()
app.cli.add_command(cli)
