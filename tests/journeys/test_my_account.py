"""An account with e-mail address and password, for who came by an issuer first."""

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.runtime import Runtime
from tests.cast import PASSWORD, Cast
from tests.citizens import MOBILE, Arrive, arrived, confirm_link, known
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

EMAIL = "wiebe@zon.example"
FIELDS = {"email": "Wiebe@Zon.example", "gsm": "0470 99 88 77"}
PAGE = "/aanmelden/mijn-fluvius"


@pytest.fixture
def wiebe(cast: Cast, visitor: Arrive) -> Visitor:
    return arrived(cast, visitor, known(cast))


@ONE_DATABASE
def test_who_came_to_the_door_of_the_drop_finds_that_of_mijn_fluvius(
    visitor: Arrive,
) -> None:
    anybody = visitor()
    page = anybody.open("/aanmelden")
    assert "Zoekt u Mijn Fluvius?" in anybody.text
    assert f'href="{PAGE}"' in page.text


def ask(person: Visitor, **other: str) -> int:
    person.open("/registreren")
    fields = {**FIELDS, "nieuw_wachtwoord": PASSWORD, **other}
    return person.submit("/registreren", fields).status_code


def account(runtime: Runtime) -> Account:
    with runtime.reading() as session:
        return session.scalars(select(Account).order_by(Account.id)).all()[0]


def confirm(cast: Cast, visitor: Arrive) -> Visitor:
    """The link of the last letter, used in a browser of its own."""
    anybody, path = visitor(), confirm_link(cast, EMAIL)
    anybody.open(path)
    assert anybody.submit(path).location == PAGE
    return anybody


def test_an_address_that_is_confirmed_is_a_login(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    assert ask(wiebe) == 200
    assert f"We stuurden een e-mail naar {EMAIL}" in wiebe.text
    before = account(cast.runtime)
    assert (before.email, before.password_hash) == ("", None)
    anybody = visitor()
    path = confirm_link(cast, EMAIL)
    anybody.open(path)
    assert f"Is {EMAIL} je e-mailadres" in anybody.text
    assert "voor het account van Wiebe Zonneveld" in anybody.text
    assert account(cast.runtime).password_hash is None  # looking changes nothing
    assert anybody.submit(path).location == PAGE
    assert anybody.sign_in(cast, EMAIL, MOBILE, path=PAGE).location == "/"
    assert anybody.follow().location == "/organisatie/"
    assert "je code voor Mijn Fluvius" in cast.sms.to(MOBILE)[-1].text
    assert ("account.register", EMAIL) in cast.audited("account.")
    assert wiebe.open("/registreren").location == "/profiel"


def test_a_link_confirms_once_and_for_a_day(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    ask(wiebe)
    path, anybody = confirm_link(cast, EMAIL), visitor()
    anybody.open(path)
    cast.clock.forward(days=1)
    assert anybody.submit(path).status_code == 410
    assert anybody.open(path).status_code == 410
    again = arrived(cast, visitor, account(cast.runtime).id)
    ask(again)
    path = confirm_link(cast, EMAIL)
    in_another_window = visitor()
    for window in (anybody, in_another_window):
        window.open(path)
    assert anybody.submit(path).status_code == 303
    assert in_another_window.submit(path).status_code == 410
    assert anybody.open(path).status_code == 410


def test_an_address_that_is_taken_gives_nobody_a_second_account(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    other = arrived(cast, visitor, known(cast, "eid.other"))
    ask(wiebe)
    first = confirm_link(cast, EMAIL)
    ask(other)
    second = confirm_link(cast, EMAIL)
    anybody = visitor()
    for path, status in ((first, 303), (second, 410)):
        anybody.open(path)
        assert anybody.submit(path).status_code == status


@ONE_DATABASE
def test_a_wrong_field_says_what_it_misses(wiebe: Visitor) -> None:
    for other, sentence in (
        ({"email": "geen adres"}, "Het e-mailadres ontbreekt of klopt niet."),
        ({"email": "x" * 60 + "@zon.example"}, "hoogstens 64 tekens"),
        ({"gsm": "078 35 35 34"}, "een vaste lijn krijgt geen sms"),
        ({"nieuw_wachtwoord": "kort"}, "Gebruik er minstens 12."),
        (
            {"nieuw_wachtwoord": "wiebe wiebe wiebe"},
            "Gebruik niet je naam of je e-mailadres.",
        ),
        ({"gsm": "", "email": ""}, "Vul je gsm-nummer in."),
    ):
        assert ask(wiebe, **other) == 422, sentence
        assert sentence in wiebe.text


@ONE_DATABASE
def test_five_letters_a_day_are_enough(cast: Cast, wiebe: Visitor) -> None:
    assert [ask(wiebe) for _time in range(6)] == [200] * 5 + [429]


def test_a_forgotten_password_is_chosen_anew_by_mail_and_code(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    ask(wiebe)
    anybody = confirm(cast, visitor)
    forgot = "/wachtwoord-vergeten?voor=mijn-fluvius"
    anybody.open(forgot)
    anybody.submit(forgot, {"login": EMAIL})
    assert "Als er een account met dit e-mailadres bestaat" in anybody.text
    cast.tick("accounts.resets")
    letter = cast.mails(EMAIL)[-1]
    assert letter.subject == "Nieuw wachtwoord voor Mijn Fluvius"
    assert "Iemand vroeg op 26/10/2026 om " in letter.text
    assert "Dan hoef je niets te doen" in letter.text
    reset = cast.reset_link(EMAIL)
    anybody.open(reset)
    assert "naar je gsm" in anybody.text
    anybody.submit(reset, {"nieuw_wachtwoord": "Drie eenden op de vijver"})
    assert anybody.type_code(cast, MOBILE).location == PAGE
    anybody.follow()
    assert "Je wachtwoord is opgeslagen. Meld je nu aan." in anybody.text
    assert "je account gewijzigd" in cast.mails(EMAIL)[-1].text
    anybody.open(reset)
    assert "voor=mijn-fluvius" in str(anybody.page and anybody.page.data)
    assert "Mijn Fluvius" in anybody.text


def test_who_asks_for_too_many_codes_begins_again_where_they_began(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    ask(wiebe)
    anybody = confirm(cast, visitor)
    anybody.type_password(EMAIL, PASSWORD, PAGE)
    said = []
    for minutes in (0, 1, 1, 1):
        cast.clock.forward(minutes=minutes)
        anybody.open("/aanmelden/code")
        answer = anybody.submit("/aanmelden/code/opnieuw")
        anybody.follow()
        said.append(anybody.text)
    assert "Wacht nog 60 seconden voor je een nieuwe code vraagt." in said[0]
    assert "We stuurden je een nieuwe code." in said[1]
    assert answer.location == PAGE
    assert "Meld je opnieuw aan om een nieuwe code te krijgen." in said[3]
    assert anybody.open("/aanmelden/code").location == PAGE


@ONE_DATABASE
def test_who_is_out_or_on_the_way_stays_in_mijn_fluvius(
    cast: Cast, wiebe: Visitor, visitor: Arrive
) -> None:
    ask(wiebe)
    anybody = confirm(cast, visitor)
    anybody.type_password(EMAIL, PASSWORD, PAGE)
    anybody.open("/bestaat-niet")
    assert "Mijn Fluvius" in anybody.text
    anybody.open("/aanmelden/code")
    anybody.submit("/aanmelden/code", {"code": cast.code(MOBILE)})
    cast.clock.forward(minutes=16)
    assert anybody.open("/profiel").location == f"{PAGE}?verder=/profiel"
    anybody.follow()
    assert "Je bent afgemeld." in anybody.text


@ONE_DATABASE
@pytest.mark.parametrize("path", [PAGE, "/registreren/oud", "/organisatie/nergens"])
def test_a_guest_of_mijn_fluvius_finds_its_beginning(
    visitor: Arrive, path: str
) -> None:
    anybody = visitor()
    anybody.open(path)
    assert anybody.page
    page = anybody.page.get_data(as_text=True)
    assert f'<a class="logo" href="{PAGE}">' in page
    assert 'href="/"' not in page


@ONE_DATABASE
def test_a_wrong_password_is_told_as_everywhere(cast: Cast, visitor: Arrive) -> None:
    known(cast)
    anybody = visitor()
    assert anybody.type_password("eid.wiebe", "Vier linden", PAGE) == 401
    assert "Het e-mailadres of het wachtwoord klopt niet." in anybody.text


@ONE_DATABASE
def test_the_profile_of_who_has_no_password_offers_an_account(wiebe: Visitor) -> None:
    wiebe.open("/profiel")
    assert "Maak je Fluvius-account" in wiebe.text
    assert "Wachtwoord wijzigen" not in wiebe.text
    assert "Wiebe Zonneveld" in wiebe.text
    assert "E-mail" not in wiebe.text.partition("Wachtwoord")[0]


@ONE_DATABASE
def test_the_profile_shows_the_address_that_an_issuer_told(
    cast: Cast, visitor: Arrive
) -> None:
    person = arrived(cast, visitor, known(cast, email=EMAIL))
    person.open("/profiel")
    assert "E-mail w…@zon.example" in person.text
