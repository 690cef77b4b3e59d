"""Reading logins, names, addresses and mobile numbers as people type them."""

from collections.abc import Callable

import pytest

from app.accounts import contact
from app.kernel.errors import Invalid


@pytest.mark.parametrize(
    "typed",
    [
        "0470 11 22 27",
        "0470/11.22.27",
        "+32 470 11 22 27",
        "+32 (0)470 11 22 27",
        "0032470112227",
        " 0470-112227 ",
    ],
)
def test_a_belgian_mobile_in_any_usual_spelling_becomes_one(typed: str) -> None:
    assert contact.parse_mobile(typed) == "+32470112227"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "ontbreekt"),
        ("geen", "ontbreekt"),
        ("0470 11", "geen geldig Belgisch nummer"),
        ("+31 6 12345678", "geen geldig Belgisch nummer"),
        ("09 225 00 00", "vaste lijn"),
    ],
)
def test_what_gets_no_sms_is_refused_with_a_reason(typed: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        contact.parse_mobile(typed)


def test_a_login_is_kept_in_small_letters() -> None:
    assert contact.parse_login(" An.Peeters ") == "an.peeters"
    assert contact.parse_login("an@noord.example") == "an@noord.example"


@pytest.mark.parametrize("typed", ["", "an", ".an", "an peeters", "a" * 65, "an\0x"])
def test_no_login_is_kept_that_nobody_can_type(typed: str) -> None:
    with pytest.raises(Invalid, match="De login"):
        contact.parse_login(typed)


def test_a_name_stands_on_one_line() -> None:
    assert contact.parse_name("  Zonnedelen \n Noord ") == "Zonnedelen Noord"


@pytest.mark.parametrize(
    ("parse", "typed"),
    [
        (contact.parse_name, "  "),
        (contact.parse_name, "n" * 129),
        (contact.parse_name, "No\u202eord"),
        (contact.parse_email, "an"),
        (contact.parse_email, "an@noord"),
        (contact.parse_email, "an@noord.example\nBcc: x@y.example"),
        (contact.parse_email, "a@" + "n" * 250 + ".be"),
    ],
)
def test_a_broken_name_or_address_is_refused(
    parse: Callable[[str], str], typed: str
) -> None:
    with pytest.raises(Invalid):
        parse(typed)


def test_an_address_is_kept_as_it_is_written() -> None:
    assert contact.parse_email(" An@noord.example ") == "An@noord.example"
