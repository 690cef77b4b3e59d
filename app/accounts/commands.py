"""flask accounts add-staff | change | block | unblock | reissue."""

import click

from app.accounts import contact, rules
from app.accounts.service import Accounts, Contact
from app.command import DRY_RUN, JSON, Cli, changing, tell
from app.kernel.errors import Invalid
from app.web.context import runtime

PARSERS = {
    "email": contact.parse_email,
    "mobile": contact.parse_mobile,
    "department": contact.parse_department,
}

cli = Cli("accounts", help="Wie zich aanmeldt: medewerkers en beheerders.")


@cli.command(
    "add-staff",
    epilog="Voorbeeld: flask accounts add-staff sam.claes --email sam@fluvius.be "
    "--mobile 0470123456 --department Energiedelen --role releaser",
)
@click.argument("login")
@click.option("--email", required=True, help="Zakelijk e-mailadres.")
@click.option("--mobile", required=True, help="Belgisch gsm-nummer voor de sms-code.")
@click.option("--department", required=True, help="Staat in 'Gedeeld door'.")
@click.option("--role", required=True, type=click.Choice(rules.STAFF))
@click.option("--name", help="Voornaam en naam; anders de login.")
@DRY_RUN
@JSON
def add_staff(login: str, *, dry_run: bool, as_json: bool, **given: str) -> None:
    """Voeg een medewerker toe en toon één keer het initieel wachtwoord."""
    login = contact.parse_login(login)
    who = Contact(
        contact.parse_name(given["name"] or login),
        contact.parse_email(given["email"]),
        contact.parse_mobile(given["mobile"]),
    )
    department = contact.parse_department(given["department"])
    with changing(dry_run=dry_run) as session:
        password = Accounts.of(session, runtime()).add_staff(
            login, who, department=department, role=given["role"]
        )
    if dry_run:
        tell(f"{login} kan toegevoegd worden.", {"login": login}, as_json=as_json)
        return
    days = runtime().settings.initial_password_days
    tell(
        f"Login:              {login}\nInitieel wachtwoord: {password}\n"
        f"Geldig gedurende {days} dagen; het wordt niet opnieuw getoond.",
        {"login": login, "initial_password": password},
        as_json=as_json,
    )


@cli.command(
    "change",
    epilog="Voorbeeld: flask accounts change sam.claes --mobile 0470123456",
)
@click.argument("login")
@click.option("--email", help="Nieuw zakelijk e-mailadres.")
@click.option("--mobile", help="Nieuw Belgisch gsm-nummer voor de sms-code.")
@click.option("--department", help="Nieuwe afdeling, voor 'Gedeeld door'.")
@DRY_RUN
@JSON
def change(login: str, *, dry_run: bool, as_json: bool, **given: str | None) -> None:
    """Pas aan hoe een collega bereikt wordt; wie binnen is, meldt zich opnieuw aan."""
    wanted = {
        key: PARSERS[key](text) for key, text in given.items() if text is not None
    }
    if not wanted:
        raise Invalid("Geef --email, --mobile of --department.")
    with changing(dry_run=dry_run) as session:
        is_new = Accounts.of(session, runtime()).change_colleague(login, wanted)
    did = "zou aangepast worden" if dry_run else "is aangepast"
    tell(
        f"{login} {did if is_new else 'heeft die gegevens al'}.",
        {"login": login, "changed": is_new, "dry_run": dry_run},
        as_json=as_json,
    )


@cli.command("block", epilog="Voorbeeld: flask accounts block an.peeters")
@click.argument("login")
@DRY_RUN
@JSON
def block(login: str, *, dry_run: bool, as_json: bool) -> None:
    """Laat niemand nog aanmelden met deze login; wie binnen is, is meteen buiten."""
    with changing(dry_run=dry_run) as session:
        Accounts.of(session, runtime()).block(login)
    _done(login, "is geblokkeerd", dry_run=dry_run, as_json=as_json)


@cli.command("unblock", epilog="Voorbeeld: flask accounts unblock an.peeters")
@click.argument("login")
@DRY_RUN
@JSON
def unblock(login: str, *, dry_run: bool, as_json: bool) -> None:
    """Laat deze login opnieuw toe."""
    with changing(dry_run=dry_run) as session:
        Accounts.of(session, runtime()).unblock(login)
    _done(login, "is opnieuw toegelaten", dry_run=dry_run, as_json=as_json)


@cli.command("reissue", epilog="Voorbeeld: flask accounts reissue an.peeters")
@click.argument("login")
@DRY_RUN
@JSON
def reissue(login: str, *, dry_run: bool, as_json: bool) -> None:
    """Mail een link (3 dagen geldig) om zelf een nieuw wachtwoord te kiezen."""
    with changing(dry_run=dry_run) as session:
        Accounts.of(session, runtime()).reissue(login)
    _done(login, "krijgt een brief met een link", dry_run=dry_run, as_json=as_json)


def _done(login: str, what: str, *, dry_run: bool, as_json: bool) -> None:
    sentence = "bestaat; er is niets veranderd" if dry_run else what
    tell(f"{login} {sentence}.", {"login": login, "dry_run": dry_run}, as_json=as_json)
