"""The organisation that somebody acts for: choosing it, its card, who else may."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.kernel.errors import Invalid, NotFound
from app.kernel.kbo import Kbo
from app.organisations.forms import GrantForm, RankForm
from app.organisations.rules import Rank
from app.organisations.service import OrganisationCard, Organisations
from app.organisations.service_access import Access
from app.organisations.service_invited import Invited
from app.organisations.texts import HINTS, RANKS, SOURCES
from app.web.behalf import acts_for, named
from app.web.context import runtime
from app.web.guards import own_path, role
from app.web.texts import gettext as _

bp = Blueprint("organisations", __name__)
OF_ONESELF = (
    "/poortbeheer/"  # of a room above: what people keep without an organisation
)
Page = Response | str | tuple[str, int]


@bp.get("/organisatie/")
@role("user")
def index() -> Page:
    with runtime().reading() as db:
        card = _acting(Organisations.of(db, runtime()))
    if card is None:
        return redirect(url_for(".choose"), 303)
    acts_for(card.kbo.digits, card.name)
    return render_template("organisations/index.html", card=card, ranks=RANKS)


@bp.get("/organisatie/kiezen")
@role("user")
def choose() -> Page:
    account_id = current_user.account_id
    with runtime().reading() as db:
        is_awaited = Invited.of(db, runtime()).waits(account_id)
    if is_awaited:  # access that was granted since they came in
        with runtime().transaction() as db:
            Invited.of(db, runtime()).accept(account_id)
    with runtime().reading() as db:
        organisations = Organisations.of(db, runtime())
        cards = organisations.of_account(account_id)
        acting = _acting(organisations)
    named(acting.name if acting else "")
    return render_template(
        "organisations/choose.html",
        cards=cards,
        acting=acting,
        ranks=RANKS,
        next_path=own_path(request.args.get("verder")),
    )


@bp.post("/organisatie/kiezen")
@role("user")
def choose_post() -> Page:
    typed = request.form.get("kbo", "")
    kbo = _kbo(typed) if typed else None
    with runtime().transaction() as db:
        organisations = Organisations.of(db, runtime())
        organisations.choose(current_user.session_id, current_user.account_id, kbo)
        card = _acting(organisations)
    named(card.name if card else "")
    if card is None:
        flash(_("Je handelt nu voor jezelf."), "ok")
        return redirect(OF_ONESELF, 303)
    flash(_("Je handelt nu voor %(name)s.", name=card.name), "ok")
    path = own_path(request.form.get("verder"))
    return redirect(url_for(".index") if path == "/" else path, 303)


@bp.get("/organisatie/toegang")
@role("user")
def access() -> Page:
    return _access_page(GrantForm())


@bp.post("/organisatie/toegang")
@role("user")
def grant() -> Page:
    form = GrantForm()
    if not form.validate_on_submit():
        return _access_page(form), 422
    with runtime().transaction() as db:
        Access.of(db, runtime()).grant(
            _must_act(Organisations.of(db, runtime())),
            form.email.data,
            Rank(form.rang.data),
            by=current_user.account_id,
        )
    flash(_("We stuurden een e-mail naar %(email)s.", email=form.email.data), "ok")
    return redirect(url_for(".access"), 303)


@bp.post("/organisatie/toegang/<int:membership_id>/rang")
@role("user")
def change(membership_id: int) -> Page:
    form = RankForm()
    if not form.validate_on_submit():
        raise Invalid(form.rang.errors[0])
    with runtime().transaction() as db:
        Access.of(db, runtime()).change(
            _must_act(Organisations.of(db, runtime())),
            membership_id,
            Rank(form.rang.data),
            by=current_user.account_id,
        )
    flash(_("Dit is aangepast. Het telt vanaf nu."), "ok")
    return redirect(url_for(".access"), 303)


@bp.post("/organisatie/toegang/<int:membership_id>/afnemen")
@role("user")
def take_back(membership_id: int) -> Page:
    with runtime().transaction() as db:
        organisations = Organisations.of(db, runtime())
        Access.of(db, runtime()).take_back(
            _must_act(organisations), membership_id, by=current_user.account_id
        )
        still = _acting(organisations)
    flash(_("Deze toegang is afgenomen."), "ok")  # perhaps one's own
    return redirect(url_for(".access" if still else ".choose"), 303)


@bp.post("/organisatie/toegang/uitnodigingen/<int:invitation_id>/intrekken")
@role("user")
def withdraw(invitation_id: int) -> Page:
    with runtime().transaction() as db:
        Access.of(db, runtime()).withdraw(
            _must_act(Organisations.of(db, runtime())),
            invitation_id,
            by=current_user.account_id,
        )
    flash(_("Deze toegang is ingetrokken."), "ok")
    return redirect(url_for(".access"), 303)


def _access_page(form: GrantForm) -> str:
    with runtime().reading() as db:
        found = Access.of(db, runtime())
        card = _must_act(Organisations.of(db, runtime()))
        colleagues, awaited = found.colleagues(card), found.awaited(card)
    return render_template(
        "organisations/access.html",
        form=form,
        card=card,
        colleagues=colleagues,
        awaited=awaited,
        ranks=RANKS,
        hints=HINTS,
        sources=SOURCES,
    )


def _acting(organisations: Organisations) -> OrganisationCard | None:
    return organisations.acting(current_user.session_id, current_user.account_id)


def _must_act(organisations: Organisations) -> OrganisationCard:
    card = _acting(organisations)
    if card is None:
        raise NotFound("organisation")
    acts_for(card.kbo.digits, card.name)
    return card


def _kbo(text: str) -> Kbo:
    try:
        return Kbo.parse(text)
    except ValueError as wrong:
        raise NotFound("organisation") from wrong
