"""The demo's wiring: the real house, with a mailbox, the jobs and its own commands."""

from flask import Flask

from app import create_app
from app.demo import card, commands, mailbox, oidc
from app.runtime import Runtime
from jobs.commands import cli as jobs


def create_demo_app(runtime: Runtime | None = None) -> Flask:
    """The only app in which the pages under /demo/ exist."""
    app = create_app(runtime)
    app.register_blueprint(mailbox.bp)
    app.register_blueprint(oidc.bp)
    app.register_blueprint(card.bp)
    app.cli.add_command(jobs)
    app.cli.add_command(commands.cli)
    return app
