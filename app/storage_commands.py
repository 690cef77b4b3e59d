"""flask storage: what lies there, under which keys, and who holds them."""

from collections.abc import Mapping
from dataclasses import replace

import click

from app import papers
from app.command import DRY_RUN, JSON, Cli, Refusal, changing, counted, tell
from app.filedrop import upkeep
from app.filedrop.upkeep import ALONE, Findings
from app.kernel import words
from app.key_service import keyservice
from app.modules import MODULES
from app.web.context import runtime
from notifier import ledger
from storage import MEBIBYTE, KeysAway
from storage.meter import Pace

NAMES = {
    "days": ("dag", "dagen"),
    "letters": ("brief", "brieven"),
    "passwords": ("wachtwoord", "wachtwoorden"),
    "initial passwords": ("initieel wachtwoord", "initiële wachtwoorden"),
    "held passwords": ("wachtwoord in wording", "wachtwoorden in wording"),
    "codes": ("code", "codes"),
    "external identities": ("identiteit", "identiteiten"),
    "registrations": ("registratie", "registraties"),
    "papers": ("bewaard stuk", "bewaarde stukken"),
}
FOUND = {
    "orphans": ("blob zonder rij", "blobs zonder rij"),
    "lost": ("bestand waarvan de inhoud weg is", "bestanden waarvan de inhoud weg is"),
    "found": ("bestand teruggevonden", "bestanden teruggevonden"),
    "papers": (
        "bewaard stuk waarvan de inhoud weg is",
        "bewaarde stukken waarvan de inhoud weg is",
    ),
    "overdue": ("sleutel van een voorbije dag", "sleutels van voorbije dagen"),
}
TOO_MANY = (
    "Er ontbreekt te veel om een toeval te zijn: is dit de juiste opslag bij de "
    "juiste databank? Er is niets gewist of gemarkeerd; met --anyhow toch."
)

NO_KEYS = (
    "De sleutels zijn nu niet te bereiken. Draait de sleuteldienst? "
    "Probeer daarna opnieuw."
)
WAITS = "De sleutels zijn even niet te bereiken; dit wacht erop en gaat dan verder."


class Storage(Cli):
    """Commands that say in one sentence that nobody opens the seals."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeysAway as away:
            raise Refusal(NO_KEYS) from away


storage = Storage("storage", help="Opgeslagen bestanden en hun sleutels.")
storage.add_command(keyservice)


@storage.command("keys", epilog="Voorbeeld: flask storage keys")
@JSON
def keys(*, as_json: bool) -> None:
    """Toon de dagen waarvan de sleutel nog bestaat, en wat elke hoofdsleutel nog opent.

    Wat niets meer opent, mag uit MASTER_KEYS.
    """
    days = [day.isoformat() for day in runtime().keys.days()]
    used = _used()
    lines = days or ["Er zijn geen sleutels."]
    lines += [_said(key_id, of) for key_id, of in used.items()]
    result = {"days": days, "first": runtime().keyring.first, "master_keys": used}
    tell("\n".join(lines), result, as_json=as_json)


@storage.command("rewrap", epilog="Voorbeeld: flask storage rewrap")
@DRY_RUN
def rewrap(*, dry_run: bool) -> None:
    """Zet alles wat kan onder de eerste hoofdsleutel, terwijl het portaal doorwerkt."""
    first = runtime().keyring.first
    wrapped = runtime().keys.wrapped().values()
    days = sum(by != first for by in wrapped) if dry_run else runtime().keys.rewrap()
    with changing(dry_run=dry_run) as session:
        letters = runtime().outbox.reseal(session, first)
        kept = papers.reseal(runtime(), session)
    would = "Zou onder" if dry_run else "Onder"
    click.echo(
        f"{would} {first}: {_counted('days', days)}, {_counted('letters', letters)} "
        f"en {_counted('papers', kept)}. "
        "Zie flask storage keys voor wat een vorige sleutel nog nodig heeft."
    )


@storage.command("reconcile", epilog="Voorbeeld: flask storage reconcile --dry-run")
@DRY_RUN
@click.option("--anyhow", is_flag=True, help="Ook als er verdacht veel ontbreekt.")
@JSON
def reconcile(*, dry_run: bool, anyhow: bool, as_json: bool) -> None:
    """Leg de opslag naast de databank, herstel wat veilig kan en meld de rest."""
    found = upkeep.reconcile(runtime(), dry_run=dry_run, anyhow=anyhow)
    result = {name: [str(one) for one in getattr(found, name)] for name in FOUND}
    tell(_findings(found), {**result, "refused": found.refused}, as_json=as_json)
    if found.refused:
        raise Refusal(TOO_MANY)


@storage.command("verify", epilog="Voorbeeld: flask storage verify --rate 50")
@click.option(
    "--rate", type=click.FloatRange(min=0.1), default=50.0, help="MiB per seconde."
)
@JSON
def verify(rate: float, *, as_json: bool) -> None:
    """Lees alles wat leeft en kijk of het is wat er werd bewaard.

    Zijn de sleutels even weg, dan wacht dit er hoogstens tien minuten op.
    """
    patience = replace(ALONE, tell=lambda: click.echo(WAITS, err=True))
    pace = Pace(rate * MEBIBYTE)
    seen = upkeep.verify(runtime(), pace, patience=patience)
    kept = papers.verify(runtime(), pace, patience.until)
    total, damaged = seen.bytes + kept.bytes, seen.damaged + kept.damaged
    files = counted(seen.files, "bestand", "bestanden")
    also = f" en {_counted('papers', kept.papers)}" if kept.papers else ""
    result = {"files": seen.files, "papers": kept.papers, "bytes": total}
    sentence = f"Gelezen: {files}{also}, {words.megabytes(total)}."
    tell(sentence, {**result, "damaged": damaged}, as_json=as_json)
    if damaged:
        raise Refusal(f"Niet te lezen: {', '.join(damaged)}.")


def _used() -> dict[str, dict[str, int]]:
    """By master key: of what there is still how much under it; none is told too."""
    house = runtime()
    by_day = [*house.keys.wrapped().values()]
    with house.reading() as session:
        uses: dict[str, Mapping[str, int]] = {
            "days": {key_id: by_day.count(key_id) for key_id in set(by_day)},
            "letters": ledger.under(session),
        }
        for module in MODULES:
            if module.uses:
                uses.update(module.uses(session, house.clock()))
    ids = dict.fromkeys(
        [*house.keyring.ids, *(k for use in uses.values() for k in use)]
    )
    return {
        key_id: {what: use[key_id] for what, use in uses.items() if key_id in use}
        for key_id in ids
    }


def _said(key_id: str, of: Mapping[str, int]) -> str:
    if not runtime().keyring.holds(key_id):
        return f"{key_id}: ontbreekt in MASTER_KEYS, en is nodig: {_needs(of)}."
    if key_id == runtime().keyring.first:
        return f"{key_id}: maakt al het nieuwe; {_needs(of)}."
    if of:
        return f"{key_id}: nog nodig: {_needs(of)}."
    return f"{key_id}: nergens meer nodig, mag uit MASTER_KEYS."


def _needs(of: Mapping[str, int]) -> str:
    return ", ".join(_counted(what, count) for what, count in of.items()) or "nog niets"


def _counted(what: str, count: int) -> str:
    return counted(count, *NAMES.get(what, (what, what)))


def _findings(found: Findings) -> str:
    lines = [
        f"{counted(len(listed), *FOUND[name])}: {', '.join(map(str, listed))}"
        for name in FOUND
        if (listed := getattr(found, name))
    ]
    return "\n".join(lines) or "Opslag en databank zijn het eens."
