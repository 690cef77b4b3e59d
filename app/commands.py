"""The house's own commands: flask db | outbox, and those of storage."""

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.command import DRY_RUN, JSON, Cli, Refusal, changing, counted, tell
from app.kernel.errors import NotFound
from app.storage_commands import storage
from app.web.context import runtime
from notifier import ledger
from notifier.outbox import State

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "db" / "migrations"

db = Cli("db", help="De tabellen van de databank.")
outbox = Cli("outbox", help="Brieven die wachten of mislukten.")
GROUPS = (db, outbox, storage)


def alembic_config(url: str) -> "Config":
    """Alembic's own configuration, for the database at that address."""
    from alembic.config import Config  # noqa: PLC0415 - see _alembic

    config = Config(stdout=StringIO())  # its own words are no Dutch
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables to that version; one sentence when theirs is not ours."""
    _alembic("upgrade", url, revision)


def _alembic(verb: str, url: str, *words: str) -> None:
    """Let Alembic do it: here alone, for with its templates it weighs 10 MiB."""
    from alembic import command, util  # noqa: PLC0415 - no page needs it

    try:
        getattr(command, verb)(alembic_config(url), *words)
    except util.CommandError as other:
        raise Refusal(
            "De databank hoort bij een andere versie dan de code of de genoemde; "
            "zie flask db upgrade."
        ) from other


@db.command("upgrade", epilog="Voorbeeld: flask db upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Breng de tabellen naar de laatste (of de genoemde) versie."""
    migrate(runtime().settings.database_url, revision)


@db.command("downgrade", epilog="Voorbeeld: flask db downgrade 0002")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Breng de tabellen terug naar een eerdere versie; `base` is helemaal leeg."""
    _alembic("downgrade", runtime().settings.database_url, revision)


@db.command("check", epilog="Voorbeeld: flask db check")
def check() -> None:
    """Zeg of de tabellen gelijk zijn aan wat de code verwacht."""
    _alembic("check", runtime().settings.database_url)
    click.echo("De tabellen zijn zoals de code ze verwacht.")


@outbox.command("list", epilog="Voorbeeld: flask outbox list --failed")
@click.option("--failed", is_flag=True, help="Alleen wat mislukte.")
@JSON
def list_(*, failed: bool, as_json: bool) -> None:
    """Toon wat wacht en wat mislukte, met de reden; nooit de inhoud."""
    states = (
        {State.FAILED} if failed else {State.WAITING, State.UNCERTAIN, State.FAILED}
    )
    with runtime().reading() as session:
        letters = ledger.listing(session, states)
    lines = [
        f"{letter.id}  {letter.state}  {letter.kind}  {letter.to_hint}  "
        f"pogingen: {letter.tries}  {letter.last_error or ''}".rstrip()
        for letter in letters
    ]
    found = [
        {
            "id": letter.id,
            "state": letter.state,
            "kind": letter.kind,
            "to": letter.to_hint,
            "tries": letter.tries,
            "error": letter.last_error,
            "due_at": letter.due_at.isoformat(),
        }
        for letter in letters
    ]
    tell("\n".join(lines) or "Er wacht niets.", {"letters": found}, as_json=as_json)


@outbox.command("retry", epilog="Voorbeeld: flask outbox retry 12 13")
@click.argument("ids", nargs=-1, type=int)
@DRY_RUN
def retry(ids: tuple[int, ...], *, dry_run: bool) -> None:
    """Probeer mislukte brieven opnieuw: de genoemde, of allemaal."""
    with changing(dry_run=dry_run) as session:
        house = runtime()
        count = house.outbox.retry(session, ids or None, house.clock())
        if count < len(set(ids)):
            raise NotFound(
                "Niet elk van deze brieven bestaat en moet nog weg; "
                "er is niets veranderd. Zie flask outbox list."
            )
    would = "Zou opnieuw versturen" if dry_run else "Gaat opnieuw weg"
    click.echo(f"{would}: {counted(count, 'brief', 'brieven')}.")
