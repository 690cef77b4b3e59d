"""flask communities import | remove-manager."""

from pathlib import Path

import click

from app.command import BY, DRY_RUN, JSON, Cli, changing, counted, tell
from app.communities.reading import read_register
from app.communities.rules import COLUMNS
from app.communities.service import Communities
from app.web.context import runtime

cli = Cli("communities", help="Energiegemeenschappen en hun beheerders.")


@cli.command(
    "import",
    epilog="Voorbeeld: flask communities import gemeenschappen.csv --dry-run\n\n"
    f"Kolommen: {';'.join(COLUMNS)}",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@DRY_RUN
@JSON
def import_(file: Path, *, by: str, dry_run: bool, as_json: bool) -> None:
    """Neem een register op; bij de eerste foute regel verandert er niets."""
    lines = read_register(file.read_bytes())
    with changing(dry_run=dry_run) as session:
        done = Communities.of(session, runtime()).take_in(lines, by=by)
    would = "Zou opnemen" if dry_run else "Opgenomen"
    new = counted(len(done.new), "nieuwe beheerder", "nieuwe beheerders")
    communities = counted(
        len(done.communities), "nieuwe gemeenschap", "nieuwe gemeenschappen"
    )
    tell(
        f"{would}: {communities}, {new}, {len(done.changed)} gewijzigd, "
        f"{len(done.same)} ongewijzigd.",
        vars(done),
        as_json=as_json,
    )


@cli.command(
    "remove-manager",
    epilog="Voorbeeld: flask communities remove-manager EG0001234 an.peeters",
)
@click.argument("number", metavar="GEMEENSCHAP_ID")
@click.argument("login")
@BY
@DRY_RUN
def remove_manager(number: str, login: str, *, by: str, dry_run: bool) -> None:
    """Neem iemand het beheer van een gemeenschap af, vanaf het volgende verzoek."""
    with changing(dry_run=dry_run) as session:
        Communities.of(session, runtime()).remove_manager(number, login, by=by)
    if dry_run:
        click.echo(f"{login} zou {number} niet meer beheren.")
    else:
        click.echo(f"{login} beheert {number} niet meer.")
