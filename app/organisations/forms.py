"""Whom an administrator gives access, and how much."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, ValidationError

from app.accounts.contact import parse_email
from app.kernel.errors import Invalid
from app.organisations.rules import Rank
from app.web.texts import lazy_gettext as _


def _mailable(_form: FlaskForm, field: StringField) -> None:
    try:
        field.data = parse_email(field.data)
    except Invalid as wrong:
        raise ValidationError(wrong.sentence) from wrong


class RankForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What somebody may do."""

    rang = StringField(
        _("Wat mag deze persoon?"),
        [AnyOf([rank.value for rank in Rank], message=_("Kies wat die persoon mag."))],
        default=Rank.VIEWER.value,
    )


class GrantForm(RankForm):
    """An address, and a rank."""

    email = StringField(
        _("E-mailadres"), [InputRequired(_("Vul een e-mailadres in.")), _mailable]
    )
