"""Communities for colleagues: the list, and the page of one; no contents of files."""

from flask import Blueprint, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.desk.service_communities import Deed, Register
from app.desk.texts import sentence, who
from app.web.asked import typed
from app.web.context import runtime
from app.web.guards import ADMIN, role
from app.web.pager import Pager
from app.web.reach import may_reach

bp = Blueprint("communities", __name__, url_prefix="/beheer/gemeenschappen")
Page = Response | str | tuple[str, int]
A_PAGE = 50


@bp.get("/")
@role("staff")
def index() -> Page:
    query = typed(request.args, "zoek")
    with runtime().reading() as db:
        register = Register.of(db, runtime(), by_address=may_reach())
        total = register.directory.count(query)
        asked = request.args.get("pagina", "")
        pager = Pager.of(asked, total, {"zoek": query}, size=A_PAGE)
        entries = register.page(query, start=pager.start, limit=A_PAGE)
    return render_template(
        "desk/communities/index.html",
        entries=entries,
        query=query,
        pager=pager,
        may_act=may_act(),
    )


@bp.get("/<number>")
@role("staff")
def show(number: str) -> Page:
    with runtime().reading() as db:
        portrait = Register.of(db, runtime()).show(number)
    return render_template(
        "desk/communities/show.html",
        portrait=portrait,
        deeds=Deed,
        sentence=sentence,
        who=who,
        may_act=may_act(),
    )


def may_act() -> bool:
    return current_user.role in ADMIN
