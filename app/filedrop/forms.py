"""What staff type of a manager: another address, or somebody new."""

from collections.abc import Callable, Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, StringField, TelField
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput

from app.accounts.contact import parse_email, parse_login, parse_mobile, parse_name
from app.kernel.errors import Invalid
from app.web.texts import gettext
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
ALL_THE_SAME = _("Dit gsm-nummer toch gebruiken")
MOBILE = (InputRequired(_("Vul het gsm-nummer in.")), reads(parse_mobile))


class AddressForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Where a manager is reached from now on; who called was recognised."""

    is_shared = False
    email = EmailField(_("E-mailadres"), EMAIL)
    gsm = TelField(_("Gsm-nummer"), MOBILE)
    toch = StringField(ALL_THE_SAME, widget=CheckboxInput())
    herkend = BooleanField(
        _("Ik heb de beller herkend volgens de procedure."),
        [InputRequired(_("Bevestig dat je de beller herkend hebt."))],
    )


class ManagerForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Somebody who manages a community from now on."""

    is_shared = False
    login = StringField(
        _("Login"), [InputRequired(_("Vul de login in.")), reads(parse_login)]
    )
    naam = StringField(
        _("Voornaam en naam"), [InputRequired(_("Vul de naam in.")), reads(parse_name)]
    )
    email = EmailField(_("E-mailadres"), EMAIL)
    gsm = TelField(_("Gsm-nummer"), MOBILE)
    toch = StringField(ALL_THE_SAME, widget=CheckboxInput())
    nagekeken = BooleanField(
        _("Ik heb de aanvraag nagekeken volgens de procedure."),
        [InputRequired(_("Bevestig dat je de aanvraag nagekeken hebt."))],
    )


def is_meant(form: AddressForm | ManagerForm, others: Sequence[str]) -> bool:
    """Whether codes go to nobody else's phone, or are meant to; else it is asked.

    A tick stands for the number that it was asked about, and for no other.
    """
    if form.toch.data == form.gsm.data or not others:
        return True
    form.is_shared = True
    form.toch.data, form.toch.checked = form.gsm.data, False
    said = gettext(
        "Dit gsm-nummer hoort al bij een andere beheerder (%(communities)s). "
        "Toch gebruiken?",
        communities=", ".join(others),
    )
    form.gsm.errors = [said]
    return False
