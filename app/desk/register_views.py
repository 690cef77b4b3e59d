"""Importing a register: chosen, looked at with all that it changes, then taken in."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.communities.service import Outlook
from app.desk.community_views import Page, bp
from app.desk.service_register import Importing
from app.desk.texts import NEWS
from app.kernel.errors import Conflict, Gone
from app.web import csrf
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _
from app.web.texts import ngettext

# a form of more than 500 kB would be spooled to a disk, unsealed
LARGEST = 400_000
MOST_SHOWN = 200


@bp.get("/importeren")
@role("admin")
def choose() -> Page:
    return _page()


@bp.post("/importeren")
@role("admin")
@csrf.streamed
def look() -> Page:
    """What the register would change; nothing happens."""
    request.max_content_length = LARGEST
    csrf.check(request.form.get("csrf_token"))
    file = request.files.get("bestand")
    content = file.read() if file else b""
    if not content:
        return _page(wrong=[_("Kies eerst een bestand dat niet leeg is.")]), 422
    return _shown(content)


@bp.post("/importeren/bevestigen")
@role("admin")
def take_in() -> Page:
    """Exactly what was shown; else it is shown anew."""
    by, content = current_user.login, b""
    try:
        with runtime().transaction() as db:
            importing = Importing.of(db, runtime())
            looked = importing.opened(request.form.get("gezien", ""), by=by)
            content = looked.content
            done = importing.take_in(looked, by=by)
    except Gone as stale:
        return _page(wrong=[stale.sentence]), 410
    except Conflict as changed:
        return _shown(content, changed=changed.sentence)
    flash(_done(len(done.communities), len(done.new), len(done.changed)), "ok")
    return redirect(url_for(".index"), 303)


def _shown(content: bytes, *, changed: str = "") -> Page:
    with runtime().reading() as db:
        importing = Importing.of(db, runtime())
        outlook = importing.look(content)
        sealed = importing.seal(content, outlook, by=current_user.login)
    if outlook.wrong:
        return _page(wrong=outlook.wrong), 422
    if changed:
        flash(changed, "warn")
    return _page(outlook=outlook, sealed=sealed), 409 if changed else 200


def _page(
    *, outlook: Outlook | None = None, wrong: list[str] | None = None, sealed: str = ""
) -> str:
    return render_template(
        "desk/communities/register.html",
        outlook=outlook,
        wrong=wrong or [],
        sealed=sealed,
        most=MOST_SHOWN,
        news_words=NEWS,
    )


def _done(communities: int, new: int, changed: int) -> str:
    parts = (
        ngettext(
            "%(num)d nieuwe gemeenschap", "%(num)d nieuwe gemeenschappen", communities
        ),
        ngettext("%(num)d nieuwe beheerder", "%(num)d nieuwe beheerders", new),
        ngettext(
            "%(num)d beheerder gewijzigd", "%(num)d beheerders gewijzigd", changed
        ),
    )
    return _("Opgenomen: %(what)s.", what=", ".join(parts))
