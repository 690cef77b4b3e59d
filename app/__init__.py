"""The house: create_app() puts what every module brings over a Runtime."""

from flask import Flask

from app import commands, web
from app.modules import MODULES
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import TEMPLATES, build


def create_app(runtime: Runtime | None = None) -> Flask:
    """The whole portal; over the environment's settings unless a Runtime is given."""
    runtime = runtime or build(Settings.load())
    app = Flask(__name__, template_folder=str(TEMPLATES))
    web.init_app(app, runtime)
    for module in MODULES:
        if module.prepare:
            module.prepare(app, runtime)
        for blueprint in module.blueprints:
            app.register_blueprint(blueprint)
        for command in module.commands:
            app.cli.add_command(command)
    for group in commands.GROUPS:
        app.cli.add_command(group)
    return app
