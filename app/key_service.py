"""flask --app app.key_service storage keyservice: keys in a process of their own."""

import logging
import signal
from pathlib import Path

import click
from flask import Flask

from app.command import Cli, Refusal
from app.kernel.clock import system_clock
from app.settings import SettingsError
from app.settings_keys import KeyServiceSettings
from app.wiring import key_service
from storage.key_service import listening_at, shut

log = logging.getLogger("energiepost.keys")


class GiveUp(Refusal):
    """Wrong settings: exit code 3, after which systemd does not try again."""

    exit_code = 3


@click.command(
    "keyservice",
    epilog="Voorbeeld: flask --app app.key_service storage keyservice "
    "/run/energiepost-keys/keys.sock",
)
@click.argument("socket", type=click.Path(path_type=Path))
def keyservice(socket: Path) -> None:
    """Bewaar de sleutels apart van de rest, en antwoord op deze SOCKET.

    Leest alleen KEYS, MASTER_KEYS, KEYSERVICE_PEERS en KEYSERVICE_UNSEALS.
    """
    try:
        service = key_service(KeyServiceSettings.load(), system_clock)
    except SettingsError as wrong:
        raise GiveUp(str(wrong)) from wrong
    with listening_at(socket) as listening:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: shut(listening))
        log.info("keys are served at %s", socket)
        service.serve(listening)


def create_app() -> Flask:
    """An app with this one command: it knows no page, no database and no blob."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("energiepost").setLevel(logging.INFO)
    house = Flask(__name__, static_folder=None)
    group = Cli("storage", help="De sleutels, in een eigen proces.")
    group.add_command(keyservice)
    house.cli.add_command(group)
    return house
