"""flask audit verify | export: does the audit book hold, and a copy to prove it by."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from app.command import BY, JSON, Cli, Refusal, counted, tell
from app.desk.service_chain import Notary, Waiting
from app.kernel.chain import Broken, Checked, Fault, Head
from app.kernel.errors import Conflict
from app.kernel.words import thousands
from app.web.context import runtime

FAULTS = {
    Fault.REMOVED: "de regel of zijn band is verwijderd",
    Fault.EDITED: "de regel is veranderd",
    Fault.FORGED: "de regel is niet door de notaris gebonden",
    Fault.REWRITTEN: "het auditlog is herschreven sinds die kop",
    Fault.TRUNCATED: "het auditlog is ingekort sinds die kop",
}

cli = Cli("audit", help="Het auditlog: klopt het nog, en een kopie als bewijs.")


def _heads(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[Head, ...]:
    try:
        return tuple(map(Head.parse, values))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), ctx, param) from wrong


@cli.command("verify", epilog="Voorbeeld: flask audit verify --head 184220:3f9a…")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="KOP",
    callback=_heads,
    help="De kop uit een dagbrief; mag meermaals.",
)
@JSON
def verify(heads: tuple[Head, ...], *, as_json: bool) -> None:
    """Kijk de hele keten na, en noem de eerste regel die niet klopt."""
    house = runtime()
    _must_hold_keys()
    with house.reading() as session:
        notary = Notary.of(session, house)
        found, waiting = notary.check(heads), notary.waiting()
    with house.transaction() as session:
        Notary.of(session, house).note(found)
    tell(_sentence(found, waiting), _told(found, waiting), as_json=as_json)
    if found.broken:
        raise Refusal(_why(found.broken))
    if waiting.is_long(house.clock()):
        raise Refusal("Er wachten regels al langer dan een uur: draaien de taken?")


@cli.command("export", epilog="Voorbeeld: flask audit export --out audit.tsv")
@click.option("--out", type=click.Path(path_type=Path), help="Een nieuw bestand.")
@BY
def export(out: Path | None, by: str) -> None:
    """Schrijf de keten uit, om elders na te kijken (docs/audit/chain.md)."""
    house = runtime()
    with house.transaction() as session:  # the book knows before the first line
        lines = Notary.of(session, house).note_export(by=by)
    with house.reading() as session, _opened(out) as file:
        for row in Notary.of(session, house).rows():
            file.write(f"{row}\n")
    click.echo(f"{counted(lines, 'regel', 'regels')} uitgeschreven.", err=True)


def _must_hold_keys() -> None:
    if not runtime().seals:
        raise Conflict(
            "AUDIT_KEYS ontbreekt: zonder de sleutels van de notaris is de keten "
            "hier niet na te kijken."
        )


@contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    """A file that was not there, for our eyes only; or the terminal."""
    if path is None:
        yield sys.stdout
        return
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", encoding="ascii") as file:
        yield file


def _sentence(found: Checked, waiting: Waiting) -> str:
    holds = f"De keten klopt tot en met regel {thousands(found.head.number)}."
    if not waiting.count:
        return holds
    lines = counted(waiting.count, "regel wacht", "regels wachten")
    return f"{holds} {lines} nog op de notaris."


def _told(found: Checked, waiting: Waiting) -> dict[str, object]:
    broken = found.broken
    return {
        "holds": broken is None,
        "head": str(found.head),
        "broken_from": broken and broken.number,
        "broken_until": broken and broken.until,
        "fault": broken and broken.fault,
        "waiting": waiting.count,
    }


def _why(broken: Broken) -> str:
    why = FAULTS[broken.fault]
    if broken.number == broken.until:
        return f"De keten klopt niet vanaf regel {thousands(broken.number)}: {why}."
    return (
        f"De keten klopt niet ergens van regel {thousands(broken.number)} "
        f"tot en met regel {thousands(broken.until)}: {why}."
    )
