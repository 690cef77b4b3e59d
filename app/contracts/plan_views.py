"""The plan in steps of a provider: for its customers, who are known to nobody yet."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from app.contracts.addressed import Page, nobody, of_provider
from app.contracts.plan import plan_of
from app.contracts.service_public import PublicProvider, PublicProviders
from app.kernel.errors import NotFound
from app.web.context import runtime
from app.web.guards import public
from app.web.headers import ASK_AGAIN

bp = Blueprint("plan", __name__)


@bp.get("/verbruik/dienstverlener/<kbo>/stappenplan")
@public
@of_provider
def show(provider: PublicProvider) -> Page:
    """The same for each customer, and for the provider itself."""
    settings = runtime().settings
    page = render_template(
        "contracts/plan.html",
        plan=plan_of(provider, base_url=settings.base_url),
        film=settings.contracts.film_url,
    )
    response = make_response(page)
    response.add_etag()
    response.headers["Cache-Control"] = ASK_AGAIN
    return response.make_conditional(request)


@bp.get("/s/<code>")
@public
def short(code: str) -> Page:
    """From paper: to where the long link of the plan leads."""
    try:
        with runtime().reading() as db:
            provider = PublicProviders.of(db, runtime()).by_code(code)
    except NotFound:
        return nobody()
    return redirect(url_for("sharing.show", kbo=provider.kbo), 303)
