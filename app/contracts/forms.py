"""Forms of contracts; their fields are what people and scripts hold on to."""

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import DateField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
)

from app.contracts import wishes
from app.contracts.rules import LONGEST_PERSON, LONGEST_WISH
from app.contracts.wishes import DETAILS
from app.web.asked import one_line
from app.web.texts import lazy_gettext as _

FUNCTION = _("Vul in welke functie de ondertekenaar heeft.")
TOO_LONG = _("Schrijf hoogstens %(max)d tekens.")
BY_CARD, BY_HAND = "digitaal", "hand"
BY_SECRET, BY_KEY = "geheim", "sleutel"


def reads_on(_form: FlaskForm, field: Field) -> None:
    """The plan says it in one sentence with the rest."""
    if not wishes.reads_on(field.data):
        raise ValidationError(
            _("Begin met 'om', zodat de zin op je stappenplan klopt.")
        )


def is_plain(_form: FlaskForm, field: Field) -> None:
    """It stands on a page of ours, where nobody expects a way out of it."""
    if not wishes.is_plain(field.data):
        raise ValidationError(
            _("Gebruik gewone woorden, zonder link, e-mailadres of telefoonnummer.")
        )


class SignForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """How the contract was signed, and in what function."""

    manier = RadioField(
        _("Hoe is het contract getekend?"),
        [InputRequired(_("Kies hoe het contract getekend is."))],
        choices=[
            SelectChoice(BY_CARD, _("Digitaal, met eID of itsme")),
            SelectChoice(BY_HAND, _("Met de hand, en ingescand")),
        ],
        default=BY_CARD,
    )
    functie = StringField(
        _("Functie van de ondertekenaar"),
        [DataRequired(FUNCTION), Length(max=LONGEST_PERSON, message=TOO_LONG)],
        filters=[one_line],
    )


class WishForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What a provider would like its customers to share."""

    detail = RadioField(
        _("Welke gegevens heb je nodig?"),
        [Optional()],
        choices=[
            SelectChoice("", _("Geen voorkeur")),
            SelectChoice(DETAILS[0], _("Daggegevens")),
            SelectChoice(DETAILS[1], _("Kwartier- of uurgegevens")),
            SelectChoice(DETAILS[2], _("Daggegevens en kwartier- of uurgegevens")),
        ],
        default="",
    )
    vanaf = DateField(
        _("Vanaf welke dag?"), [Optional()], render_kw={"autocomplete": "off"}
    )
    doel = TextAreaField(
        _("Waarvoor? Begin met 'om'."),
        [Optional(), Length(max=LONGEST_WISH, message=TOO_LONG), reads_on, is_plain],
        filters=[one_line, lambda text: text.rstrip(" .")],
    )


# made before the rest, so that its error is told first, as it stands on the page
NAME = StringField(
    _("Naam van de toepassing"),
    [
        DataRequired(_("Geef de toepassing een naam.")),
        Length(max=LONGEST_PERSON, message=TOO_LONG),
    ],
    filters=[one_line],
)


class ProofForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """How a machine shows who it is."""

    manier = RadioField(
        _("Hoe toont de toepassing wie ze is?"),
        choices=[
            SelectChoice(BY_SECRET, _("Met een geheim dat wij maken")),
            SelectChoice(BY_KEY, _("Met een sleutelpaar van jou")),
        ],
        default=BY_SECRET,
    )
    sleutel = TextAreaField(_("Publieke sleutel"))


class ClientForm(ProofForm):
    """A machine of a provider."""

    naam = NAME
