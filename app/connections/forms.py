"""The EAN code that somebody wants on a list, as it was typed or pasted."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from app.connections.texts import slip
from app.kernel.ean import bare
from app.web.texts import lazy_gettext as _


def _holds(_form: FlaskForm, field: StringField) -> None:
    if wrong := slip(bare(field.data or "")):
        raise ValidationError(wrong)


class EanForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """One code, with the blanks and dots that people set in it."""

    ean = StringField(_("EAN-code voor elektriciteit"), [_holds])
