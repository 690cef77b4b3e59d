"""Pages of an organisation: for whom this session acts; nobody is sent to choose."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from flask import redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.contracts.service import Actor
from app.organisations.service import Organisations
from app.web.behalf import acts_for, named
from app.web.context import runtime

Page = Response | str | tuple[str, int]
V = TypeVar("V", bound=Callable[..., Page])
CHOOSE = "/organisatie/kiezen"


def for_organisation(view: Callable[..., Page]) -> Callable[..., Page]:
    """The view gets who acts for which organisation; the guard stands above this.

    Conflict for a form of another organisation's page; Forbidden for any form of who
    may only look, before anything is read or made for it.
    """

    @wraps(view)
    def acting(**values: str) -> Page:
        actor = current_actor()
        if actor is None:
            back = request.path if request.method == "GET" else "/diensten/"
            return redirect(f"{CHOOSE}?verder={back}", 303)
        if request.method == "POST":
            actor.card.must_manage()
        return view(actor, **values)

    return acting


def to_manage(view: Callable[..., Page]) -> Callable[..., Page]:
    """The same for a page that is there to change something: Forbidden to look at."""

    @wraps(view)
    def managing(actor: Actor, **values: str) -> Page:
        actor.card.must_manage()
        return view(actor, **values)

    return for_organisation(managing)


def current_actor() -> Actor | None:
    """Who is in, and for which organisation; asked anew at each request."""
    with runtime().reading() as db:
        card = Organisations.of(db, runtime()).acting(
            current_user.session_id, current_user.account_id
        )
    if card is None:
        named("")
        return None
    acts_for(card.kbo.digits, card.name)
    return Actor(card, current_user.account_id, current_user.login)
