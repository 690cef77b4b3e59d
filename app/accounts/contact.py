"""How we read what people type: logins, e-mail addresses and mobile numbers."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from app.kernel.errors import Invalid

LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{1,62})[a-z0-9]")
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
LONGEST_LOGIN, LONGEST_EMAIL, LONGEST_NAME, LONGEST_DEPARTMENT = 64, 254, 128, 64


def parse_login(text: str) -> str:
    """The login as we keep it: small letters, digits and . _ @ - ; else Invalid."""
    login = text.strip().casefold()
    if not LOGIN.fullmatch(login):
        raise Invalid(
            f"De login {text.strip()[:64]!r} klopt niet: 3 tot 64 kleine letters, "
            "cijfers, punten of streepjes."
        )
    return login


def parse_name(text: str) -> str:
    """A person's or community's name on one line; else Invalid."""
    return _line(text, "naam", LONGEST_NAME)


def parse_department(text: str) -> str:
    """The department that stands in 'Gedeeld door'; else Invalid."""
    return _line(text, "afdeling", LONGEST_DEPARTMENT)


def parse_email(text: str) -> str:
    """An address that mail can go to; else Invalid."""
    address = text.strip()
    if not is_email(address):
        raise Invalid("Het e-mailadres ontbreekt of klopt niet.")
    return address


def parse_login_address(text: str) -> str:
    """An address that is a login too: in small letters, and no longer than that."""
    address = parse_email(text).casefold()
    if len(address) > LONGEST_LOGIN:
        raise Invalid("Het e-mailadres is te lang: hoogstens 64 tekens.")
    return address


def is_email(text: str) -> bool:
    """Whether mail can go there."""
    return len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) is not None


def parse_mobile(text: str) -> str:
    """A Belgian mobile number in any usual spelling, as E.164; else Invalid."""
    try:
        number = phonenumbers.parse(" ".join(text.replace("(0)", "").split()), "BE")
    except NumberParseException as unreadable:
        raise Invalid("Het gsm-nummer ontbreekt of is geen nummer.") from unreadable
    if not phonenumbers.is_valid_number_for_region(number, "BE"):
        raise Invalid("Het gsm-nummer is geen geldig Belgisch nummer.")
    if phonenumbers.number_type(number) != PhoneNumberType.MOBILE:
        raise Invalid("Het nummer is geen gsm-nummer: een vaste lijn krijgt geen sms.")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _line(text: str, what: str, longest: int) -> str:
    line = " ".join(text.split())
    if not line or len(line) > longest or not line.isprintable():
        raise Invalid(f"De {what} ontbreekt of is te lang.")
    return line
