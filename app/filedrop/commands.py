"""flask filedrop publish."""

import json
from pathlib import Path

import click

from app.command import DRY_RUN, JSON, Cli, changing, counted, tell
from app.filedrop import intake
from app.filedrop.intake import Candidate, Found
from app.filedrop.service_plan import Plan
from app.filedrop.service_publish import Published, Publishing
from app.filedrop.service_stash import stash, taken_back
from app.kernel.errors import Invalid
from app.web.context import runtime

cli = Cli("filedrop", help="Bestanden klaarzetten voor gemeenschappen.")
FILES = ("bestand", "bestanden")


@cli.command(
    "publish",
    epilog="Voorbeelden: flask filedrop publish levering-mei --by sam.claes --dry-run"
    "\n\nflask filedrop publish brief.pdf --adhoc --to EG0001234 --by sam.claes",
)
@click.argument("folder", type=click.Path(exists=True, path_type=Path), metavar="DIR")
@click.option("--by", required=True, help="Login van wie vrijgeeft.")
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV met de kolommen Bestandsnaam;Gemeenschap-ID (ook Reden, SHA-256).",
)
@click.option("--adhoc", is_flag=True, help="Eén document voor één gemeenschap.")
@click.option("--to", metavar="GEMEENSCHAP_ID", help="Bij --adhoc: voor wie.")
@DRY_RUN
@JSON
def publish(
    folder: Path,
    *,
    by: str,
    manifest: Path | None,
    adhoc: bool,
    to: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Zet een map met bestanden klaar en schrijf de brieven: alles of niets."""
    candidates, wrong = _hand_in(folder, manifest, to, adhoc=adhoc)
    house, now = runtime(), runtime().clock()
    with house.reading() as session:
        publishing = Publishing.of(session, house, now=now)
        publishing.releaser(by)
        plan = publishing.plan(candidates, wrong)
    _stop_if_wrong(plan, as_json=as_json)
    if dry_run or not plan.fresh:
        _tell_plan(plan, dry_run=dry_run, as_json=as_json)
        return
    stashed = stash(house, plan, now=now)
    with changing(dry_run=False) as session, taken_back(house, stashed):
        publishing = Publishing.of(session, house, now=now)
        done = publishing.publish(stashed, by=publishing.releaser(by))
    _tell_done(done, plan, as_json=as_json)


def _hand_in(
    folder: Path, manifest: Path | None, to: str | None, *, adhoc: bool
) -> tuple[list[Found], list[str]]:
    if adhoc != (to is not None) or (adhoc and manifest):
        raise Invalid("Gebruik --adhoc samen met --to, en zonder --manifest.")
    files = intake.files_in(folder)
    if to is not None:
        return intake.adhoc(files, to)
    if manifest is not None:
        return intake.by_manifest(files, manifest)
    return intake.by_name(files)


def _stop_if_wrong(plan: Plan[Candidate], *, as_json: bool) -> None:
    """Each sentence on standard error, and nothing placed."""
    if not plan.wrong:
        return
    if as_json:
        click.echo(json.dumps({"wrong": plan.wrong}, ensure_ascii=False))
    for sentence in plan.wrong:
        click.echo(sentence, err=True)
    problems = counted(len(plan.wrong), "probleem", "problemen")
    raise Invalid(f"{problems}; er is niets geplaatst.")


def _tell_plan(plan: Plan[Candidate], *, dry_run: bool, as_json: bool) -> None:
    lines = [
        f"{p.file.name} → {p.community.number} {p.community.name}"
        f"{' (staat er al)' if p.is_there else ''}"
        for p in plan.files
    ]
    word = "Zou plaatsen" if dry_run else "Geplaatst"
    total = f"{word}: {counted(len(plan.fresh), *FILES)}{_already(plan)}."
    tell(
        "\n".join([*lines, total] if dry_run else [total]),
        {
            "files": len(plan.fresh),
            "already_there": _there(plan),
            "plan": [
                {"name": p.file.name, "community": p.community.number}
                for p in plan.files
            ],
        },
        as_json=as_json,
    )


def _tell_done(done: Published, plan: Plan[Candidate], *, as_json: bool) -> None:
    communities = counted(done.communities, "gemeenschap", "gemeenschappen")
    tell(
        f"Geplaatst: {counted(done.files, *FILES)} voor {communities}{_already(plan)}. "
        f"Brieven die klaarstaan: {done.letters}, waarvan {done.first_letters} "
        "met login en initieel wachtwoord.",
        {**vars(done), "already_there": _there(plan)},
        as_json=as_json,
    )


def _already(plan: Plan[Candidate]) -> str:
    there = _there(plan)
    return f" ({there} {'stond' if there == 1 else 'stonden'} er al)" if there else ""


def _there(plan: Plan[Candidate]) -> int:
    return len(plan.files) - len(plan.fresh)
