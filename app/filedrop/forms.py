"""What staff type of a manager: another address, or somebody new."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, StringField, TelField
from wtforms.validators import InputRequired, StopValidation

from app.accounts.contact import parse_email, parse_login, parse_mobile, parse_name
from app.kernel.errors import Invalid
from app.web.texts import lazy_gettext as _

Check = Callable[[FlaskForm, Field], None]


def reads(parse: Callable[[str], str]) -> Check:
    """Keeps what was typed as the house writes it; else says what is wrong with it."""

    def read(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = parse(field.data)
        except Invalid as wrong:
            raise StopValidation(wrong.sentence) from wrong

    return read


EMAIL = (InputRequired(_("Vul het e-mailadres in.")), reads(parse_email))
MOBILE = (InputRequired(_("Vul het gsm-nummer in.")), reads(parse_mobile))


class AddressForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Where a manager is reached from now on; who called was recognised."""

    email = EmailField(_("E-mailadres"), EMAIL)
    gsm = TelField(_("Gsm-nummer"), MOBILE)
    herkend = BooleanField(
        _("Ik heb de beller herkend volgens de procedure."),
        [InputRequired(_("Bevestig dat je de beller herkend hebt."))],
    )


class ManagerForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Somebody who manages a community from now on."""

    login = StringField(
        _("Login"), [InputRequired(_("Vul de login in.")), reads(parse_login)]
    )
    naam = StringField(
        _("Voornaam en naam"), [InputRequired(_("Vul de naam in.")), reads(parse_name)]
    )
    email = EmailField(_("E-mailadres"), EMAIL)
    gsm = TelField(_("Gsm-nummer"), MOBILE)
    nagekeken = BooleanField(
        _("Ik heb de aanvraag nagekeken volgens de procedure."),
        [InputRequired(_("Bevestig dat je de aanvraag nagekeken hebt."))],
    )
