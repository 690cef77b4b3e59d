"""What staff type beside a delivery: another address for a manager."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, TelField
from wtforms.validators import InputRequired, StopValidation

from app.accounts.contact import parse_email, parse_mobile
from app.kernel.errors import Invalid
from app.web.texts import lazy_gettext as _


class AddressForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Where a manager is reached from now on; who called was recognised."""

    email = EmailField(_("E-mailadres"), [InputRequired(_("Vul het e-mailadres in."))])
    gsm = TelField(_("Gsm-nummer"), [InputRequired(_("Vul het gsm-nummer in."))])
    herkend = BooleanField(
        _("Ik heb de beller herkend volgens de procedure."),
        [InputRequired(_("Bevestig dat je de beller herkend hebt."))],
    )

    def validate_email(self, field: Field) -> None:
        field.data = _parsed(parse_email, field.data)

    def validate_gsm(self, field: Field) -> None:
        field.data = _parsed(parse_mobile, field.data)


def _parsed(parse: Callable[[str], str], typed: str) -> str:
    try:
        return parse(typed)
    except Invalid as wrong:
        raise StopValidation(wrong.sentence) from wrong
