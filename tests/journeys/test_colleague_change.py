"""A colleague is reached elsewhere: by command, told at both addresses, signed out."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.cast import AN, STAFF_PASSWORD, Cast
from tests.terminal import refused
from tests.visitor import Visitor

Command = Callable[..., Result]
CHANGE = ("accounts", "change", "sam.claes")
OLD, NEW = "sam.claes@fluvius.example", "sam@fluvius.example"


@pytest.fixture
def sam(cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    """Sam, who is in."""
    cast.staff()
    cast.settled("sam.claes", STAFF_PASSWORD)
    person = visitor()
    person.sign_in(cast, "sam.claes", "+32472000000", password=STAFF_PASSWORD)
    assert person.is_in()
    return person


def test_a_new_address_and_number_are_told_at_both_and_end_the_session(
    cast: Cast, sam: Visitor, command: Command
) -> None:
    new = (f"--email={NEW}", "--mobile=0472 00 00 01", "--department=Meetdata")
    tried = command(*CHANGE, *new, "--dry-run")
    assert tried.stdout == "sam.claes zou aangepast worden.\n"
    assert sam.is_in()

    done = command(*CHANGE, *new)
    assert done.stdout == "sam.claes is aangepast.\n"
    assert not sam.is_in()
    for address in (OLD, NEW):
        subjects = " ".join(mail.subject for mail in cast.mails(address))
        assert "e-mailadres" in subjects
        assert "gsm-nummer" in subjects
    assert cast.audited("account.change") == [("account.change", "energiepost")]
    sam.sign_in(cast, "sam.claes", "+32472000001", password=STAFF_PASSWORD)
    assert sam.is_in()

    again = command(*CHANGE, *new, "--json")
    assert json.loads(again.stdout)["changed"] is False


def test_a_department_alone_is_told_to_nobody_and_ends_nothing(
    cast: Cast, sam: Visitor, command: Command
) -> None:
    assert command(*CHANGE, "--department=Meetdata").exit_code == 0
    assert sam.is_in()
    assert cast.mails(OLD) == []


def test_an_initial_password_that_was_handed_over_survives_a_new_address(
    cast: Cast, command: Command, visitor: Callable[[], Visitor]
) -> None:
    cast.staff()
    assert command(*CHANGE, f"--email={NEW}").exit_code == 0
    password = cast.staff_passwords["sam.claes"]
    assert visitor().type_password("sam.claes", password) == 303


def test_what_cannot_be_is_refused_in_one_sentence(
    cast: Cast, command: Command
) -> None:
    cast.register(AN)
    refused(
        command("accounts", "change", "an.peeters", f"--email={NEW}"),
        "De login an.peeters is van een beheerder: pas die aan op de pagina van de "
        "gemeenschap, of met flask communities import.",
    )
    refused(command(*CHANGE, f"--email={NEW}"), "De login sam.claes bestaat niet.")
    refused(command(*CHANGE), "Geef --email, --mobile of --department.")
    refused(
        command(*CHANGE, "--mobile=09 211 22 33"),
        "Het nummer is geen gsm-nummer: een vaste lijn krijgt geen sms.",
    )
