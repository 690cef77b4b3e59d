"""Where a plan leads: with whom a customer would share, and what sharing is.

The consent itself is not given here yet: a room of mandates takes this page over.
"""

from flask import Blueprint, render_template
from flask_login import current_user

from app.contracts.acting import current_actor
from app.contracts.addressed import Page, nobody, of_provider
from app.contracts.service_public import PublicProvider
from app.web.guards import USER, public

bp = Blueprint("sharing", __name__, url_prefix="/verbruik/dienstverlener")


@bp.get("/<kbo>")
@public
@of_provider
def show(provider: PublicProvider) -> Page:
    is_in = current_user.is_authenticated and current_user.role in USER
    actor = current_actor() if is_in else None
    return render_template(
        "contracts/sharing.html",
        provider=provider,
        acting=actor.card if actor else None,
    )


@bp.get("")
@public
def asked() -> Page:
    """What a provider's own site asked us (`?id=`): none can yet, so none is known."""
    return nobody()
