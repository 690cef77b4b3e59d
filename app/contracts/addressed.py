"""Pages of one provider for its customers: whoever is none has one answer for all."""

from collections.abc import Callable
from functools import wraps

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.contracts.service_public import PublicProvider, PublicProviders
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from app.web.context import runtime

Page = Response | str | tuple[str, int]


def of_provider(view: Callable[[PublicProvider], Page]) -> Callable[[str], Page]:
    """The view gets the active provider of its address, in any spelling of a number."""

    @wraps(view)
    def addressed(kbo: str) -> Page:
        try:
            number = Kbo.parse(kbo)
            with runtime().reading() as db:
                provider = PublicProviders.of(db, runtime()).by_kbo(number)
        except (ValueError, NotFound):
            return nobody()
        if kbo != number.digits:
            return redirect(url_for(f".{view.__name__}", kbo=number.digits), 303)
        return view(provider)

    return addressed


def nobody() -> Page:
    """Unknown, inactive and misspelt: the same page, byte for byte, for everybody."""
    return render_template("contracts/no_plan.html"), 404
