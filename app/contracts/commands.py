"""flask contracts import."""

from pathlib import Path

import click

from app.command import BY, DRY_RUN, JSON, Cli, changing, counted, tell
from app.contracts.reading import COLUMNS, read_contracts
from app.contracts.service_import import Importing
from app.web.context import runtime

cli = Cli("contracts", help="Contracten van energiedienstverleners.")


@cli.command(
    "import",
    epilog="Voorbeeld: flask contracts import contracten.csv --dry-run\n\n"
    f"Kolommen: {';'.join(COLUMNS)} (kanaal: portaal of api; datum: 2026-10-26)",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@DRY_RUN
@JSON
def import_(file: Path, *, by: str, dry_run: bool, as_json: bool) -> None:
    """Neem lopende contracten op; bij de eerste foute regel verandert er niets."""
    lines = read_contracts(file.read_bytes())
    with changing(dry_run=dry_run) as session:
        done = Importing.of(session, runtime()).take_in(lines, by=by)
    would = "Zou opnemen" if dry_run else "Opgenomen"
    new = counted(len(done.new), "nieuw contract", "nieuwe contracten")
    sentences = [f"{would}: {new}, {len(done.same)} ongewijzigd."]
    if done.otherwise:
        sentences.append("Behoudt de naam die het hier heeft:")
    told = "\n".join(sentences + done.otherwise)
    tell(told, vars(done), as_json=as_json)
