"""Staff: what became of each delivery; mailing again, and to another address."""

from dataclasses import asdict
from datetime import timedelta

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response

from app.filedrop.follow import (
    AT_RISK,
    LIST_STANDS,
    STANDS,
    TABLE,
    Asked,
    lines,
    mail_words,
    page_of,
    said_of,
    steps_of,
)
from app.filedrop.forms import AddressForm, is_meant
from app.filedrop.service_again import PlacingAgain, copied
from app.filedrop.service_departure import Departures
from app.filedrop.service_follow import Following, Traced
from app.filedrop.service_follow_again import postings
from app.filedrop.service_follow_list import Glances
from app.filedrop.service_follow_mail import MailingAgain
from app.filedrop.service_follow_progress import progress
from app.filedrop.service_stash import key_day, taken_back
from app.filedrop.streams import disposition
from app.kernel.sheet import sheet
from app.kernel.words import isodate
from app.web.asked import row_number
from app.web.context import runtime
from app.web.guards import RELEASER, UPLOADER, role
from app.web.pager import Pager, address
from app.web.texts import gettext as _
from app.web.texts import ngettext

bp = Blueprint("deliveries", __name__, url_prefix="/beheer/leveringen")
Page = Response | str | tuple[str, int]
A_PAGE = 50


@bp.get("/")
@role("staff")
def index() -> Page:
    asked = Asked.of(request.args, LIST_STANDS)
    chosen = {"query": asked.query, "stand": asked.stand}
    with runtime().reading() as db:
        glances = Glances.of(db, runtime())
        total = glances.count(**chosen)
        pager = Pager.of(asked.page, total, asked.values, size=A_PAGE)
        shown = glances.page(**chosen, start=pager.start, limit=A_PAGE)
        people = glances.people_at_risk() if asked.stand == AT_RISK else []
        departing = Departures.of(db, runtime()).planned()
    leaf = Pager.of(
        request.args.get("blad", ""), len(people), asked.values, name="blad"
    )
    return render_template(
        "filedrop/staff/deliveries.html",
        deliveries=shown,
        departing=departing,
        now=runtime().clock(),
        may_prepare=current_user.role in UPLOADER,
        people=people[leaf.start : leaf.stop],
        leaf=leaf,
        asked=asked,
        pills=asked.pills(LIST_STANDS, {}),
        pager=pager,
    )


@bp.get("/<id:delivery_id>")
@role("staff")
def show(delivery_id: str) -> Page:
    with runtime().reading() as db:
        following = Following.of(db, runtime())
        traced = following.trace(delivery_id)
        linked = postings(following, traced.sent)
        going = progress(following, delivery_id)
    asked = Asked.of(request.args, STANDS)
    return render_template(
        "filedrop/staff/delivery.html",
        traced=traced,
        linked=linked,
        page=page_of(traced, asked),
        asked=asked,
        going=going,
        steps=steps_of(going),
        said=said_of(going, runtime().settings.timezone),
        mail_words=mail_words,
        csv_url=url_for(".table", delivery_id=delivery_id) + address(asked.values),
        may_mail=current_user.role in RELEASER,
    )


@bp.get("/<id:delivery_id>/voortgang")
@role("staff")
def watch(delivery_id: str) -> Response:
    """The numbers of a delivery that goes out, for a page that stays open."""
    with runtime().reading() as db:
        going = progress(Following.of(db, runtime()), delivery_id)
    return jsonify(
        lines={name: asdict(step) for name, step in steps_of(going).items()},
        said=said_of(going, runtime().settings.timezone),
        more=going.is_watched,
    )


@bp.get("/<id:delivery_id>/csv")
@role("staff")
def table(delivery_id: str) -> Page:
    """The same table, every page of it."""
    traced = _trace(delivery_id)
    chosen = page_of(traced, Asked.of(request.args, STANDS)).chosen
    zone = runtime().settings.timezone
    content = sheet(TABLE, lines(chosen, traced.sent.posted_at, zone))
    response = Response(content, mimetype="text/csv")
    name = f"levering-{isodate(zone, traced.sent.posted_at)}.csv"
    response.headers["Content-Disposition"] = disposition(name)
    return response


@bp.get("/<id:delivery_id>/verwittigen")
@role("releaser")
def ask_again(delivery_id: str) -> Page:
    only = request.args.get("beheerder", type=row_number)
    with runtime().reading() as db:
        again = MailingAgain.of(db, runtime())
        sent = again.following.delivery(delivery_id)
        whom = again.whom(delivery_id, only=only)
    return render_template(
        "filedrop/staff/deliver_again.html", sent=sent, whom=whom, only=only
    )


@bp.post("/<id:delivery_id>/verwittigen")
@role("releaser")
def mail_again(delivery_id: str) -> Page:
    only = request.form.get("beheerder", type=row_number)
    with runtime().transaction() as db:
        count = MailingAgain.of(db, runtime()).mail(
            delivery_id, by=current_user.login, only=only
        )
    if count:
        said = ngettext(
            "%(num)d beheerder krijgt opnieuw een e-mail.",
            "%(num)d beheerders krijgen opnieuw een e-mail.",
            count,
        )
        flash(said, "ok")
    else:
        flash(_("Er vertrok geen e-mail: iedereen is net verwittigd."), "warn")
    return redirect(_url(delivery_id), 303)


@bp.route("/<id:delivery_id>/adres/<int:account_id>", methods=["GET", "POST"])
@role("admin")
def other_address(delivery_id: str, account_id: int) -> Page:
    with runtime().reading() as db:
        person = MailingAgain.of(db, runtime()).manager(delivery_id, account_id)
    form = AddressForm(email=person.email, gsm=person.mobile)
    if form.validate_on_submit() and _is_meant(form, person.login):
        with runtime().transaction() as db:
            changed = MailingAgain.of(db, runtime()).readdress(
                person, form.email.data, form.gsm.data, by=current_user.login
            )
        return _readdressed(delivery_id, account_id, changed=changed)
    body = render_template(
        "filedrop/staff/deliver_address.html",
        form=form,
        manager=person,
        delivery_id=delivery_id,
    )
    return body, 422 if form.errors else 200


@bp.get("/<id:delivery_id>/bestanden/<id:file_id>/opnieuw")
@role("releaser")
def ask_place(delivery_id: str, file_id: str) -> Page:
    house = runtime()
    with house.reading() as db:
        again = PlacingAgain.of(db, house)
        planned = again.look(delivery_id, file_id)
        sent = Following.of(db, house).delivery(delivery_id)
    return render_template(
        "filedrop/staff/deliver_file_again.html",
        sent=sent,
        planned=planned,
        last_day=key_day(again.now, house.settings) - timedelta(days=1),
    )


@bp.post("/<id:delivery_id>/bestanden/<id:file_id>/opnieuw")
@role("releaser")
def place_again(delivery_id: str, file_id: str) -> Page:
    """Bytes first, then the posting; whatever fails between leaves nothing."""
    house, now = runtime(), runtime().clock()
    with house.reading() as db:
        planned = PlacingAgain.of(db, house, now=now).look(delivery_id, file_id)
    copy = copied(house, planned, now=now)
    with house.transaction() as db, taken_back(house, [copy]):
        again = PlacingAgain.of(db, house, now=now)
        done = again.place(planned, copy, by=current_user.login)
    flash(_("Het bestand is opnieuw geplaatst."), "ok")
    return redirect(_url(done.delivery), 303)


def _trace(delivery_id: str) -> Traced:
    with runtime().reading() as db:
        return Following.of(db, runtime()).trace(delivery_id)


def _is_meant(form: AddressForm, login: str) -> bool:
    with runtime().reading() as db:
        others = MailingAgain.of(db, runtime()).sharing(login, form.gsm.data)
    return is_meant(form, others)


def _readdressed(delivery_id: str, account_id: int, *, changed: bool) -> Response:
    """On to mailing again, for the letter went to where nobody reads it."""
    if not changed:
        flash(_("Er is niets gewijzigd."), "warn")
        return redirect(_url(delivery_id), 303)
    flash(_("Het adres is aangepast; het oude en het nieuwe zijn verwittigd."), "ok")
    page = url_for(".ask_again", delivery_id=delivery_id, beheerder=account_id)
    return redirect(page, 303)


def _url(delivery_id: str) -> str:
    return url_for(".show", delivery_id=delivery_id)
