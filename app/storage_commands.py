"""flask storage: what lies there, under which keys, and who holds them."""

from app.command import JSON, Cli, tell
from app.key_service import keyservice
from app.web.context import runtime

storage = Cli("storage", help="Opgeslagen bestanden en hun sleutels.")
storage.add_command(keyservice)


@storage.command("keys", epilog="Voorbeeld: flask storage keys")
@JSON
def keys(*, as_json: bool) -> None:
    """Toon de dagen waarvan de sleutel nog bestaat."""
    days = [day.isoformat() for day in runtime().keys.days()]
    tell("\n".join(days) or "Er zijn geen sleutels.", {"days": days}, as_json=as_json)
