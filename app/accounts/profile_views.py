"""What somebody may see of themselves, masked; their reminders and their sessions."""

from functools import partial

from flask import flash, redirect, render_template, session, url_for
from flask_login import current_user

from app.accounts.forms import RemindersForm
from app.accounts.rules import MANAGER, USER
from app.accounts.service import Accounts, Person
from app.accounts.service_preferences import Preferences
from app.accounts.service_sessions import Seat, Sessions
from app.accounts.texts import addressed, reminder_choices
from app.accounts.views import Page, bp
from app.kernel.errors import NotFound
from app.kernel.words import masked_email, phone_tail
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _


@bp.get("/profiel")
@role("person")
def profile() -> Page:
    return _page(RemindersForm())


@bp.post("/profiel/herinneringen")
@role("manager")
def choose_reminders() -> Page:
    form = RemindersForm()
    if not reminder_choices(runtime().settings.remind_days):
        raise NotFound("reminders")
    if not form.validate_on_submit():
        return _page(form), 422
    with runtime().transaction() as db:
        Preferences.of(db, runtime()).remind(
            current_user.account_id, last_only=form.herinneringen.data == "laatste"
        )
    flash(_("Uw keuze is opgeslagen."), "ok")
    return redirect(url_for(".profile"), 303)


@bp.post("/profiel/sessies/<int:session_id>/afmelden")
@role("person")
def end_session(session_id: int) -> Page:
    with runtime().transaction() as db:
        Sessions.of(db, runtime()).end_one(
            session_id, account_id=current_user.account_id
        )
    flash(_("Dat toestel is afgemeld."), "ok")
    return redirect(url_for(".profile"), 303)


@bp.post("/profiel/overal-afmelden")
@role("person")
def end_sessions() -> Page:
    say = partial(addressed, current_user.role)
    is_user = current_user.role == USER
    with runtime().transaction() as db:
        Accounts.of(db, runtime()).ways.end_sessions(current_user.account_id)
    session.clear()
    flash(say(_("U bent overal afgemeld."), _("Je bent overal afgemeld.")), "ok")
    page = ".my_sign_in" if is_user else ".sign_in"
    return redirect(url_for(page), 303)


def _page(form: RemindersForm) -> str:
    account_id = current_user.account_id
    with runtime().reading() as db:
        accounts = Accounts.of(db, runtime())
        person = accounts.people([account_id])[account_id]
        communities = accounts.names(account_id)
        seats = Sessions.of(db, runtime()).seats(account_id)
    return render_template(
        "accounts/profile.html",
        form=form,
        say=partial(addressed, person.role),
        profile=_facts(person, communities),
        reminders=_reminders(person),
        sessions=[_session(seat) for seat in seats],
    )


def _facts(person: Person, communities: list[tuple[str, str]]) -> dict[str, object]:
    return {
        "name": person.name,
        "has_password": person.role != USER or person.mobile != "",
        "login": person.login,
        "email_masked": person.email and masked_email(person.email),
        "mobile_masked": f"… {phone_tail(person.mobile)}",
        "communities": [
            {"number": number, "name": name} for number, name in communities
        ],
    }


def _reminders(person: Person) -> list[dict[str, object]]:
    """What a manager may choose between; colleagues get no reminders."""
    if person.role != MANAGER:
        return []
    chosen = "laatste" if person.last_reminder_only else "alle"
    return [
        {"value": value, "label": label, "hint": hint, "chosen": value == chosen}
        for value, label, hint in reminder_choices(runtime().settings.remind_days)
    ]


def _session(seat: Seat) -> dict[str, object]:
    return {**vars(seat), "current": seat.id == current_user.session_id}
