"""flask jobs list | once | run."""

from datetime import timedelta

import click

from app.command import Cli, Refusal
from app.kernel.errors import NotFound
from app.web.context import runtime
from jobs import runner, scheduler

UNITS = (
    (24 * 3600, "dag", "dagen"),
    (3600, "uur", "uur"),
    (60, "minuut", "minuten"),
    (1, "seconde", "seconden"),
)


class Unsealed(Refusal):
    """A setting that only the jobs need is missing: it stays so, at every start."""

    exit_code = 3


cli = Cli("jobs", help="Wat vanzelf gebeurt: brieven, herinneringen, opruimen.")


@cli.command("list", epilog="Voorbeeld: flask jobs list")
def list_() -> None:
    """Toon de dienstregeling."""
    for tick in runner.ticks().values():
        click.echo(f"{tick.name:20} telkens na {_span(tick.every)}")


@cli.command("once", epilog="Voorbeeld: flask jobs once filedrop.purge")
@click.argument("name")
def once(name: str) -> None:
    """Voer één taak nu uit, tot er niets meer te doen is."""
    tick = runner.ticks().get(name)
    if tick is None:
        raise NotFound(f"De taak {name} bestaat niet; zie flask jobs list.")
    click.echo(f"{name}: {runner.run(runtime(), tick)} keer werk gevonden.")


@cli.command("run", epilog="Voorbeeld: flask jobs run")
def run() -> None:
    """Voer alle taken uit op hun tijd, tot SIGINT of SIGTERM."""
    if not runtime().seals:
        raise Unsealed("AUDIT_KEYS is missing: the jobs bind the audit book")
    scheduler.serve(runtime())


def _span(time: timedelta) -> str:
    """`5 minuten`: in the largest unit that leaves no rest."""
    seconds = round(time.total_seconds())
    size, one, many = next(unit for unit in UNITS if seconds % unit[0] == 0)
    count = seconds // size
    return f"{count} {one if count == 1 else many}"
