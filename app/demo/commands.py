"""python -m app.demo serve | load | reset; the same under flask demo."""

from collections.abc import Callable
from pathlib import Path

import click

from app.command import Cli
from app.demo.load import load
from app.demo.serve import serve
from app.demo.settings import HOUSE, DemoFolder
from app.kernel.errors import Invalid

LAST_PORT = 65_535

cli = Cli("demo", help="De demo: vijf gemeenschappen en een maand post.")


def _path(_ctx: click.Context, _param: click.Parameter, path: Path) -> Path:
    return path.absolute()


def _port(_ctx: click.Context, _param: click.Parameter, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise Invalid(f"PORT is een getal van 1 tot {LAST_PORT}, niet {text[:20]!r}.")
    return int(text)


Command = Callable[..., None]
FOLDER = click.option(
    "--folder",
    "path",
    envvar="DEMO_FOLDER",
    type=click.Path(path_type=Path),
    default=HOUSE / "var" / "demo",
    callback=_path,
    help="Waar de demo alles bewaart; anders var/demo.",
)
PORT = click.option(
    "--port",
    envvar="PORT",
    default="8000",
    callback=_port,
    help="De poort op 127.0.0.1; anders 8000.",
)


@cli.command("serve", with_appcontext=False, epilog="Voorbeeld: make demo PORT=8080")
@FOLDER
@PORT
def serve_(path: Path, port: int) -> None:
    """Start de demo: pagina's en taken samen, tot Ctrl+C."""
    serve(DemoFolder(path, port), click.echo)


@cli.command(
    "load", with_appcontext=False, epilog='Voorbeeld: make flask ARGS="demo load"'
)
@FOLDER
@PORT
def load_(path: Path, port: int) -> None:
    """Laad de voorbeelden; wat al geladen is, blijft zoals het is."""
    folder = DemoFolder(path, port)
    folder.make()
    if folder.is_loaded:
        click.echo("De voorbeelden zijn al geladen.")
        return
    with folder.held():
        load(folder)
    click.echo(f"De voorbeelden zijn geladen in {folder.path}.")


@cli.command("reset", with_appcontext=False, epilog="Voorbeeld: make demo-reset")
@FOLDER
@PORT
def reset(path: Path, port: int) -> None:
    """Wis de demo; de volgende start begint opnieuw."""
    if not path.exists():
        click.echo("Er is geen demo om te wissen.")
        return
    DemoFolder(path, port).empty()
    click.echo(f"De demo in {path} is gewist.")
