"""The plan in steps of a provider: for its customers, who are known to nobody yet."""

from flask import Blueprint, render_template

from app.contracts.plan import plan_of
from app.contracts.service import Contracts
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from app.web.context import runtime
from app.web.guards import public

bp = Blueprint("plan", __name__)


@bp.get("/verbruik/dienstverlener/<kbo>/stappenplan")
@public
def show(kbo: str) -> str | tuple[str, int]:
    """The same for each customer; unknown and inactive are one answer."""
    settings = runtime().settings
    try:
        number = Kbo.parse(kbo)
        with runtime().reading() as db:
            provider = Contracts.of(db, runtime()).provider(number)
    except (ValueError, NotFound):
        return render_template("contracts/no_plan.html"), 404
    return render_template(
        "contracts/plan.html",
        plan=plan_of(provider, base_url=settings.base_url),
        film=settings.contracts.film_url,
    )
