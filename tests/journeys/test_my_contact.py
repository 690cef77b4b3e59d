"""A user changes their own address by a link there, their number by a code there."""

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from tests.cast import PASSWORD, Cast, other
from tests.citizens import (
    MOBILE,
    Arrive,
    arrived,
    confirm_link,
    known,
    with_account,
)
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

OLD, NEW = "wiebe@zon.example", "wiebe@wind.example"
NEW_MOBILE = "+32471000111"
PAGE = "/aanmelden/mijn-fluvius"
MAIL, PHONE = "/profiel/e-mailadres", "/profiel/gsm-nummer"


@pytest.fixture
def wiebe(cast: Cast, visitor: Arrive) -> Visitor:
    """Somebody with a Fluvius account, in by eID."""
    account_id = with_account(cast, OLD)
    return arrived(cast, visitor, account_id)


def ask(person: Visitor, path: str, **fields: str) -> int:
    person.open(path)
    fields = {"huidig_wachtwoord": PASSWORD, **fields}
    return person.submit(path, fields).status_code


def reached(cast: Cast) -> tuple[str, str, str]:
    with cast.runtime.reading() as session:
        (found,) = session.scalars(select(Account)).all()
        return found.login, found.email, found.mobile


def test_a_new_address_counts_once_its_link_was_used_and_both_are_told(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    wiebe.open("/profiel")
    assert "E-mailadres wijzigen" in wiebe.text
    assert ask(wiebe, MAIL, email="Wiebe@Wind.example") == 200
    assert f"We stuurden een e-mail naar {NEW}" in wiebe.text
    assert "je account bij Mijn Fluvius" in cast.mails(NEW)[-1].text
    assert reached(cast) == (OLD, OLD, MOBILE)
    anybody, path = visitor(), confirm_link(cast, NEW)
    anybody.open(path)
    assert anybody.submit(path).location == PAGE
    assert reached(cast) == (NEW, NEW, MOBILE)
    for address in (OLD, NEW):
        told = cast.mails(address)[-1]
        assert told.subject == "Je e-mailadres voor Mijn Fluvius is gewijzigd"
        assert "https://" not in told.text
        assert told.text.partition("\n\n")[2].startswith("Op 26/10/2026 om ")
    assert not wiebe.is_in()
    assert anybody.open(path).status_code == 410
    assert anybody.type_password(OLD, PASSWORD, PAGE) == 401
    assert anybody.sign_in(cast, NEW, MOBILE, path=PAGE).location == "/"
    assert cast.audited("account.change") == [("account.change", NEW)]


def test_a_link_dies_when_the_password_was_changed_meanwhile(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    ask(wiebe, MAIL, email=NEW)
    cast.settled(OLD, "Drie eenden op de vijver")
    anybody, path = visitor(), confirm_link(cast, NEW)
    anybody.open(path)
    assert anybody.submit(path).status_code == 410
    assert reached(cast) == (OLD, OLD, MOBILE)


def test_an_address_of_somebody_else_is_promised_and_never_given(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    with_account(cast, NEW)
    assert ask(wiebe, MAIL, email=NEW) == 200
    anybody, path = visitor(), confirm_link(cast, NEW)
    anybody.open(path)
    assert anybody.submit(path).status_code == 410


@ONE_DATABASE
def test_of_two_addresses_the_last_one_counts(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    slip = "wiebe@wimd.example"
    for email in (slip, NEW):
        assert ask(wiebe, MAIL, email=email) == 200
    stranger, anybody = visitor(), visitor()
    stranger.open("/aanmelden/mijn-fluvius")
    assert stranger.submit(confirm_link(cast, slip)).status_code == 410
    assert reached(cast) == (OLD, OLD, MOBILE)
    anybody.open(confirm_link(cast, NEW))
    assert anybody.submit(confirm_link(cast, NEW)).status_code == 303
    assert reached(cast) == (NEW, NEW, MOBILE)


def test_a_new_number_counts_once_its_code_was_typed_and_the_owner_is_told(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    elsewhere = visitor()
    elsewhere.sign_in(cast, OLD, MOBILE, path=PAGE)
    assert ask(wiebe, PHONE, gsm="0471 00 01 11") == 303
    assert wiebe.follow().status_code == 200
    assert "eindigt op 11" in wiebe.text
    assert "Je nieuwe gsm-nummer geldt zodra" in wiebe.text
    code = cast.code(NEW_MOBILE)
    assert wiebe.submit(f"{PHONE}/code", {"code": other(code)}).status_code == 401
    assert reached(cast)[2] == MOBILE
    before = wiebe.cookie
    assert wiebe.submit(f"{PHONE}/code", {"code": code}).location == "/profiel"
    wiebe.follow()
    assert "Je gsm-nummer is gewijzigd." in wiebe.text
    assert reached(cast)[2] == NEW_MOBILE
    assert cast.mails(OLD)[-1].subject == "Je gsm-nummer voor Mijn Fluvius is gewijzigd"
    assert not elsewhere.is_in()
    assert wiebe.is_in()
    wiebe.show(before)
    assert not wiebe.is_in()
    again = visitor()
    again.sign_in(cast, OLD, NEW_MOBILE, path=PAGE)


def test_what_was_asked_last_is_what_the_code_is_for(
    cast: Cast, wiebe: Visitor
) -> None:
    ask(wiebe, PHONE, gsm="0471 00 01 11")
    cast.clock.forward(minutes=1)
    ask(wiebe, "/profiel/wachtwoord", nieuw_wachtwoord="Drie eenden op de vijver")
    assert wiebe.open(f"{PHONE}/code").location == PHONE
    assert wiebe.open("/profiel/wachtwoord/code").status_code == 200
    answer = wiebe.submit("/profiel/wachtwoord/code", {"code": cast.code(MOBILE)})
    assert answer.location == "/profiel"
    assert reached(cast)[2] == MOBILE


@ONE_DATABASE
@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        (MAIL, {"email": "geen adres"}, "Het e-mailadres ontbreekt of klopt niet."),
        (MAIL, {"email": OLD}, "Dat is het al."),
        (MAIL, {"email": ""}, "Vul je e-mailadres in."),
        (PHONE, {"gsm": "078 35 35 34"}, "een vaste lijn krijgt geen sms"),
        (PHONE, {"gsm": "0470 99 88 77"}, "Dat is het al."),
        (PHONE, {"gsm": "\x00"}, "Het gsm-nummer ontbreekt of is geen nummer."),
        (PHONE, {"gsm": "0471 00 01 11", "huidig_wachtwoord": ""}, "Vul het huidige"),
    ],
)
def test_a_wrong_field_says_what_it_misses(
    wiebe: Visitor, path: str, fields: dict[str, str], sentence: str
) -> None:
    assert ask(wiebe, path, **fields) == 422
    assert sentence in wiebe.text


@ONE_DATABASE
def test_who_does_not_know_the_password_changes_nothing_and_waits(
    cast: Cast, wiebe: Visitor
) -> None:
    said = [
        ask(wiebe, path, huidig_wachtwoord="Vijf linden", **{field: new})
        for path, field, new in [(MAIL, "email", NEW), (PHONE, "gsm", NEW_MOBILE)] * 3
    ]
    assert said == [401] * 5 + [429]
    assert "Je kan opnieuw proberen na" in wiebe.text
    assert cast.mails(NEW) == []
    assert cast.sms.to(NEW_MOBILE) == []


@ONE_DATABASE
def test_who_came_by_an_issuer_alone_is_offered_an_account_first(
    cast: Cast, visitor: Arrive
) -> None:
    person = arrived(cast, visitor, known(cast))
    for path in (MAIL, PHONE, "/profiel/wachtwoord"):
        assert person.open(path).location == "/registreren"
        person.open("/profiel")
        assert person.submit(path).location == "/registreren"
