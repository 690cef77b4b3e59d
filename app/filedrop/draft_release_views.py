"""Staff: a new delivery ends: look at the letters, release."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop import hours
from app.filedrop.draft_list import group_of, groups
from app.filedrop.service_departure import Departures
from app.filedrop.service_draft_letters import Group, Mailing
from app.filedrop.service_draft_release import Releasing, Unfinished
from app.filedrop.service_draft_review import Review
from app.filedrop.service_draft_view import Changed, Departing
from app.filedrop.service_leave import resealed
from app.kernel.errors import Invalid, NotFound
from app.web.context import runtime
from app.web.guards import role
from app.web.headers import framed, framing
from app.web.pager import Pager, Pill, address
from app.web.texts import gettext as _
from notifier import Email

bp = Blueprint("releases", __name__, url_prefix="/beheer/leveringen/nieuw")
Page = Response | str | tuple[str, int]
STYLED = "opmaak"
STILL = 'tabindex="-1" target="_blank"'  # a new window is what its frame may not open


@dataclass(frozen=True)
class Looked:
    """The letter that is asked for, if there is one, among those like it."""

    review: Review
    mailing: Mailing
    group: Group
    pager: Pager
    letter: Email | None

    @property
    def number(self) -> dict[str, str]:
        """Which one it is, for an address."""
        return {"groep": self.group, "pagina": str(self.pager.number)}

    @property
    def look(self) -> str:
        """Where it stands as a mail program shows it."""
        path = url_for(".letter", draft_id=self.review.draft.id)
        return path + address(self.number)

    def forms(self, *, styled: bool) -> list[Pill]:
        """The two ways to look at it."""
        text, look = address(self.number), address({**self.number, "vorm": STYLED})
        return [
            Pill(_("Opmaak"), look, styled, None),
            Pill(_("Tekst"), text, not styled, None),
        ]


@bp.get("/<id:draft_id>/berichten")
@role("uploader")
def letters(draft_id: str) -> Page:
    """The letters as they would leave now, one to a page: in words, or as they look."""
    looked = _looked(draft_id)
    styled = request.args.get("vorm") == STYLED
    page = render_template(
        "filedrop/staff/draft_letters.html",
        draft=looked.review.draft,
        review=looked.review,
        pills=groups(looked.mailing, looked.group),
        pager=looked.pager,
        letter=looked.letter,
        forms=looked.forms(styled=styled),
        frame=looked.look if styled else "",
    )
    return framing(make_response(page)) if styled else page


@bp.get("/<id:draft_id>/berichten/opmaak")
@role("uploader")
def letter(draft_id: str) -> Page:
    """What a mail program would show of it; its link is no stop and leads nowhere."""
    looked = _looked(draft_id)
    if looked.letter is None:
        raise NotFound
    html = looked.letter.html.replace("<a ", f"<a {STILL} ")
    return framed(make_response(html))


@bp.get("/<id:draft_id>/vrijgeven")
@role("releaser")
def confirm(draft_id: str) -> Page:
    return _release_page(draft_id)


@bp.post("/<id:draft_id>/vrijgeven")
@role("releaser")
def release(draft_id: str) -> Page:
    """For its hour, once: however often it is sent, everybody lands on its progress."""
    house, now, by = runtime(), runtime().clock(), current_user.login
    release_id = request.form.get("vrijgave", "")
    with house.reading() as db:
        found = Releasing.of(db, house, now=now).ready(
            draft_id, release_id, by=by, without=request.form.get("zonder", "")
        )
    typed = "".join(c for c in request.form.get("aantal", "") if c not in ". ")
    if typed != str(len(found.plan.fresh)):
        problem = _("Dat getal klopt niet. Typ het aantal bestanden.")
        return _release_page(draft_id, problem=problem), 422
    try:
        hour = _hour(now)
    except Invalid as wrong:
        return _release_page(draft_id, problem=wrong.sentence, at="datum"), 422
    seals = resealed(house, found.draft, hours.kept_until(found.draft.dies_at, hour))
    with house.transaction() as db:
        departures = Departures.of(db, house, now=now)
        spare = departures.plan(found, hour, seals, by=by)
    for key in spare:
        house.blobs.delete(key)
    return redirect(url_for("departures.show", draft_id=draft_id), 303)


@bp.errorhandler(Changed)
def changed(error: Changed) -> Page:
    """What was confirmed is no longer what would go: look again."""
    return _release_page(error.draft, problem=error.sentence), 409


@bp.errorhandler(Unfinished)
def unfinished(error: Unfinished) -> Page:
    """Something would be dropped unasked: ask."""
    return _release_page(error.draft, problem=error.sentence, at="zonder"), 409


def _looked(draft_id: str) -> Looked:
    group, form = group_of(request.args.get("groep", "")), request.args.get("vorm", "")
    with runtime().reading() as db:
        releasing = Releasing.of(db, runtime())
        found = releasing.reviewing.review(draft_id)
        mailing = releasing.mailing(found)
        chosen, asked = mailing.of(group), request.args.get("pagina", "")
        kept = {"groep": group, "vorm": STYLED if form == STYLED else ""}
        pager = Pager.of(asked, len(chosen), kept, size=1)
        shown = [releasing.letter_to(one) for one in chosen[pager.start :][:1]]
    return Looked(found, mailing, group, pager, shown[0] if shown else None)


def _release_page(draft_id: str, *, problem: str = "", at: str = "aantal") -> str:
    """The last step; at: the field that the problem is about."""
    with runtime().reading() as db:
        releasing = Releasing.of(db, runtime())
        found = releasing.reviewing.review(draft_id)
        if found.draft.is_departing:
            raise Departing(draft_id)
        mailing = releasing.mailing(found)
        left = releasing.unfinished(draft_id)
    return render_template(
        "filedrop/staff/draft_release.html",
        draft=found.draft,
        review=found,
        letters=mailing.counts,
        unfinished=left,
        problem=problem,
        at=at,
        now=releasing.now,
        latest=releasing.now + hours.MOST_AHEAD,
    )


def _hour(now: datetime) -> datetime:
    """The hour that the form asks for."""
    form, zone = request.form, runtime().settings.timezone
    day, clock = form.get("datum", ""), form.get("uur", "")
    if form.get("wanneer") != "op":
        if day or clock:  # who filled in an hour does not mean now
            raise Invalid(_("Je koos Nu en vulde ook een uur in. Kies een van beide."))
        return hours.at_once(now)
    return hours.hour_of(day, clock, now=now, zone=zone)
