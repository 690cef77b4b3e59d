"""What somebody may see of themselves, masked; and leaving everywhere at once."""

from flask import flash, redirect, render_template, session, url_for
from flask_login import current_user

from app.accounts.service import Accounts
from app.accounts.service_sessions import Sessions
from app.accounts.views import Page, bp
from app.kernel.words import masked_email, phone_tail
from app.web.context import runtime
from app.web.guards import role
from app.web.texts import gettext as _


@bp.get("/profiel")
@role("person")
def profile() -> Page:
    account_id = current_user.account_id
    with runtime().reading() as db:
        accounts = Accounts.of(db, runtime())
        person = accounts.people([account_id])[account_id]
        communities = accounts.names(account_id)
        seats = Sessions.of(db, runtime()).seats(account_id)
    return render_template(
        "accounts/profile.html",
        profile={
            "name": person.name,
            "login": person.login,
            "email_masked": masked_email(person.email),
            "mobile_masked": f"… {phone_tail(person.mobile)}",
            "communities": [
                {"number": number, "name": name} for number, name in communities
            ],
        },
        sessions=[
            {**vars(seat), "current": seat.id == current_user.session_id}
            for seat in seats
        ],
    )


@bp.post("/profiel/overal-afmelden")
@role("person")
def end_sessions() -> Page:
    with runtime().transaction() as db:
        Accounts.of(db, runtime()).end_sessions(current_user.account_id)
    session.clear()
    flash(_("U bent overal afgemeld."), "ok")
    return redirect(url_for(".sign_in"), 303)
