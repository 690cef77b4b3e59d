"""What an admin does for a manager: each asked on a page of its own, then done."""

from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.service import Contact, Standing
from app.communities.service import Directory, Known
from app.desk.community_views import Page, bp
from app.desk.service_communities import Deed, Register
from app.filedrop.forms import AddressForm, ManagerForm, is_meant
from app.kernel.errors import Conflict
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext

PATH = "/<number>/beheerders/<int:account_id>"


class Words(NamedTuple):
    """How a deed is asked and told."""

    title: str
    lead: str
    button: str
    done: str


WORDS = {
    Deed.INVITE: Words(
        lazy_gettext("Nieuwe toegang sturen naar %(name)s"),
        lazy_gettext(
            "%(name)s krijgt een e-mail met een link, 3 dagen geldig, om zelf een "
            "nieuw wachtwoord te kiezen. Het huidige wachtwoord blijft tot dan werken."
        ),
        lazy_gettext("Nieuwe toegang sturen"),
        lazy_gettext("%(name)s krijgt een e-mail met een link."),
    ),
    Deed.SIGN_OUT: Words(
        lazy_gettext("%(name)s overal afmelden"),
        lazy_gettext(
            "Elke browser waarin %(name)s aangemeld is, wordt meteen afgemeld. "
            "Opnieuw aanmelden kan, met wachtwoord en sms-code."
        ),
        lazy_gettext("Overal afmelden"),
        lazy_gettext("%(name)s is overal afgemeld."),
    ),
    Deed.BLOCK: Words(
        lazy_gettext("%(name)s blokkeren"),
        lazy_gettext(
            "%(name)s wordt meteen afgemeld, kan zich niet meer aanmelden en krijgt "
            "geen e-mails meer over nieuwe bestanden, tot je de toegang teruggeeft."
        ),
        lazy_gettext("Blokkeren"),
        lazy_gettext("%(name)s is geblokkeerd."),
    ),
    Deed.UNBLOCK: Words(
        lazy_gettext("%(name)s opnieuw toelaten"),
        lazy_gettext("%(name)s kan zich weer aanmelden, met hetzelfde wachtwoord."),
        lazy_gettext("Opnieuw toelaten"),
        lazy_gettext("%(name)s is opnieuw toegelaten."),
    ),
    Deed.REMOVE: Words(
        lazy_gettext("%(name)s verwijderen als beheerder"),
        lazy_gettext(
            "%(name)s ziet de bestanden van deze gemeenschap meteen niet meer. "
            "De account en het beheer van andere gemeenschappen blijven bestaan."
        ),
        lazy_gettext("Verwijderen als beheerder"),
        lazy_gettext("%(name)s is geen beheerder meer van deze gemeenschap."),
    ),
}


@bp.get(f"{PATH}/<any(toegang,afmelden,blokkeren,toelaten,verwijderen):deed>")
@role("admin")
def ask(number: str, account_id: int, deed: str) -> Page:
    known, one = _manager(number, account_id)
    return render_template(
        "desk/communities/deed.html",
        known=known,
        manager=one.person,
        deed=Deed(deed),
        words=_words(Deed(deed), one),
    )


@bp.post(f"{PATH}/<any(toegang,afmelden,blokkeren,toelaten,verwijderen):deed>")
@role("admin")
def act(number: str, account_id: int, deed: str) -> Page:
    by = current_user.login
    try:
        with runtime().transaction() as db:
            register = Register.of(db, runtime())
            _known, one = register.manager(number, account_id)
            register.act(Deed(deed), number, one.person.login, by=by)
    except Conflict as refused:
        flash(refused.sentence, "bad")
    else:
        flash(_words(Deed(deed), one).done, "ok")
    return redirect(url_for(".show", number=number), 303)


@bp.route(f"{PATH}/adres", methods=["GET", "POST"])
@role("admin")
def address(number: str, account_id: int) -> Page:
    known, one = _manager(number, account_id)
    form = AddressForm(email=one.person.email, gsm=one.person.mobile)
    if form.validate_on_submit() and _is_meant(form, one.person.login):
        return _readdress(known, one, form)
    body = render_template(
        "desk/communities/address.html", form=form, known=known, manager=one.person
    )
    return body, 422 if form.errors else 200


@bp.route("/<number>/beheerders/nieuw", methods=["GET", "POST"])
@role("admin")
def add(number: str) -> Page:
    """One more manager of the community."""
    with runtime().reading() as db:
        known = Register.of(db, runtime()).known(number)
    form = ManagerForm()
    if (
        form.validate_on_submit()
        and _is_meant(form, form.login.data)
        and _is_added(known, form)
    ):
        said = _(
            "%(name)s is nu beheerder, en krijgt bericht bij de volgende levering.",
            name=form.naam.data,
        )
        flash(said, "ok")
        return redirect(url_for(".show", number=number), 303)
    body = render_template("desk/communities/manager.html", form=form, known=known)
    return body, 422 if form.errors else 200


def _is_meant(form: AddressForm | ManagerForm, login: str) -> bool:
    """Whether the number is nobody else's, or may be; else the form asks."""
    with runtime().reading() as db:
        others = Directory(db).of_mobile(form.gsm.data, login=login)
    return is_meant(form, others)


def _is_added(known: Known, form: ManagerForm) -> bool:
    """Whether it could be; if not, the field of the login says why."""
    contact = Contact(form.naam.data, form.email.data, form.gsm.data)
    try:
        with runtime().transaction() as db:
            register = Register.of(db, runtime())
            register.add(known.number, form.login.data, contact, by=current_user.login)
    except Conflict as refused:
        form.login.errors = [*form.login.errors, refused.sentence]
        return False
    return True


def _readdress(known: Known, one: Standing, form: AddressForm) -> Response:
    with runtime().transaction() as db:
        changed = Register.of(db, runtime()).readdress(
            one, form.email.data, form.gsm.data, by=current_user.login
        )
    if changed:
        flash(
            _("Het adres is aangepast; het oude en het nieuwe zijn verwittigd."), "ok"
        )
    else:
        flash(_("Er is niets gewijzigd."), "warn")
    return redirect(url_for(".show", number=known.number), 303)


def _manager(number: str, account_id: int) -> tuple[Known, Standing]:
    with runtime().reading() as db:
        return Register.of(db, runtime()).manager(number, account_id)


def _words(deed: Deed, one: Standing) -> Words:
    """With the person's name in them."""
    return Words(*(str(text) % {"name": one.person.name} for text in WORDS[deed]))
