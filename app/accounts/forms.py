"""What people type to sign in; each field says what it misses."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from app.accounts.contact import parse_login_address, parse_mobile
from app.kernel.errors import Invalid
from app.web.texts import lazy_gettext as _

TOO_LONG = _("Dit is te lang.")


def plain(typed: str | None) -> str | None:
    """Without signs that nobody can see: PostgreSQL keeps no NUL."""
    return typed and "".join(sign for sign in typed if sign.isprintable())


class SignInForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Login and password, as seed 003 names them."""

    reader = "manager"

    login = StringField(
        _("Login"),
        [InputRequired(_("Vul uw login in.")), Length(max=128, message=TOO_LONG)],
        filters=[plain],
    )
    wachtwoord = PasswordField(
        _("Wachtwoord"),
        [InputRequired(_("Vul uw wachtwoord in.")), Length(max=1024, message=TOO_LONG)],
    )


class MySignInForm(SignInForm):
    """The same in Mijn Fluvius, where the login is the e-mail address (seed 000)."""

    reader = "user"
    login = StringField(
        _("E-mailadres"),
        [InputRequired(_("Vul je e-mailadres in.")), Length(max=254, message=TOO_LONG)],
        filters=[plain],
    )
    wachtwoord = PasswordField(
        _("Wachtwoord"),
        [InputRequired(_("Vul je wachtwoord in.")), Length(max=1024, message=TOO_LONG)],
    )


def new_password() -> PasswordField:
    return PasswordField(
        _("Nieuw wachtwoord"),
        [
            InputRequired(_("Vul een wachtwoord in.")),
            Length(max=1024, message=TOO_LONG),
        ],
    )


def current_password() -> PasswordField:
    return PasswordField(
        _("Huidig wachtwoord"),
        [
            InputRequired(_("Vul het huidige wachtwoord in.")),
            Length(max=1024, message=TOO_LONG),
        ],
    )


class ChooseForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """An own password, typed once."""

    nieuw_wachtwoord = new_password()


class ChangeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Another own password, by who knows the current one."""

    huidig_wachtwoord = current_password()
    nieuw_wachtwoord = new_password()


class RemindersForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Every reminder or the last one; there is no third way."""

    herinneringen = StringField(
        _("Herinneringen"),
        [AnyOf(["alle", "laatste"], message=_("Kies een van de twee."))],
    )


class CodeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The code of the last SMS."""

    code = StringField(
        _("Verificatiecode"),
        [
            InputRequired(_("Vul de verificatiecode in.")),
            Length(max=32, message=TOO_LONG),
        ],
    )


class ForgotForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Whose password was forgotten."""

    login = StringField(
        _("Login"),
        [InputRequired(_("Vul uw login in.")), Length(max=128, message=TOO_LONG)],
        filters=[plain],
    )


class MyForgotForm(ForgotForm):
    """The same in Mijn Fluvius."""

    login = StringField(
        _("E-mailadres"),
        [InputRequired(_("Vul je e-mailadres in.")), Length(max=254, message=TOO_LONG)],
        filters=[plain],
    )


def _read(parse: Callable[[str], str]) -> Callable[[FlaskForm, StringField], None]:
    """The field as we keep it, or what is wrong with it."""

    def check(_form: FlaskForm, field: StringField) -> None:
        try:
            field.data = parse(field.data)
        except Invalid as wrong:
            raise ValidationError(wrong.sentence) from wrong

    return check


def _mobile(label: str) -> StringField:
    needed = InputRequired(_("Vul je gsm-nummer in."))
    return StringField(label, [needed, _read(parse_mobile)])


def _address(label: str) -> StringField:
    needed = InputRequired(_("Vul je e-mailadres in."))
    return StringField(label, [needed, _read(parse_login_address)])


class RegisterForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What a Fluvius account needs beside an identity (seed 004)."""

    gsm = _mobile(_("Gsm-nummer"))
    email = _address(_("E-mailadres"))
    nieuw_wachtwoord = new_password()


class EmailForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Another address, by who knows the password."""

    email = _address(_("Nieuw e-mailadres"))
    huidig_wachtwoord = current_password()


class MobileForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Another number, by who knows the password."""

    gsm = _mobile(_("Nieuw gsm-nummer"))
    huidig_wachtwoord = current_password()
