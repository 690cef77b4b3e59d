"""Signing in to Mijn Fluvius by an issuer, for oneself or for an organisation."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, ExternalIdentity, IssuerAttempt
from app.accounts.service import Accounts
from app.runtime import Runtime
from identity.oidc import Oidc
from tests.cast import Cast
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.servers.issuer import CLIENT, SECRET, WIEBE, Issuer, issuer
from tests.visitor import SITE, Visitor

ZON = {"kbo": "0123.456.749", "name": "Zonadvies Wiebe bv", "function": "Zaakvoerder"}
WIND = {"kbo": "1000000021", "name": "Windkracht cv", "address": "Kaai 2"}
MIA = {"sub": "mia-2", "given_name": "Mia", "family_name": "Wind"}


@pytest.fixture(scope="module")
def issuers() -> Iterator[list[Issuer]]:
    clock = FakeClock.__new__(FakeClock)
    with issuer(clock) as eid, issuer(clock) as csam:
        yield [eid, csam]


@pytest.fixture
def told(issuers: list[Issuer], clock: FakeClock) -> dict[str, Issuer]:
    for one in issuers:
        vars(one).update(vars(Issuer(one.address, clock)))
    return dict(zip(("eid", "csam"), issuers, strict=True))


@pytest.fixture
def runtime(runtime: Runtime, told: dict[str, Issuer]) -> Runtime:
    """The house with two issuers, as an operator would configure them."""
    doors = {
        name: Oidc(one.address, CLIENT, SECRET, clock=runtime.clock)
        for name, one in told.items()
    }
    return replace(runtime, identities=doors)


def returned(person: Visitor, name: str, next_path: str = "") -> str:
    """To the issuer, who sends them back: the address at which they come back."""
    asked = f"?verder={next_path}" if next_path else ""
    answer = person.open(f"/aanmelden/bij/{name}{asked}")
    assert answer.status_code == 303, person.text
    there = requests.get(answer.location, allow_redirects=False, timeout=5)
    assert there.headers["Location"].startswith(f"{SITE}/aanmelden/terug/{name}?")
    return there.headers["Location"].removeprefix(SITE)


def come(person: Visitor, name: str, next_path: str = "") -> str:
    """There and back; where they are sent then."""
    answer = person.open(returned(person, name, next_path))
    assert answer.status_code == 303, person.text
    return str(answer.location)


def accounts(runtime: Runtime) -> list[Account]:
    with runtime.reading() as session:
        return list(session.scalars(select(Account).order_by(Account.id)))


def test_who_works_for_one_organisation_acts_for_it_at_once(
    cast: Cast, told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["csam"].person = {**WIEBE, "organisations": [ZON]}
    wiebe = visitor()
    assert come(wiebe, "csam", "/organisatie/") == "/organisatie/"
    wiebe.follow()
    assert "Zonadvies Wiebe bv" in wiebe.text
    assert "KBO-nummer 0123.456.749" in wiebe.text
    assert "Verbruikshistoriek Organisatie Wijzigen naar" in wiebe.text
    assert cast.audited("organisation.")[0][0] == "organisation.join"


def test_who_works_for_several_chooses_and_goes_where_they_were_going(
    cast: Cast, told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["csam"].person = {**WIEBE, "organisations": [ZON, WIND]}
    wiebe = visitor()
    path = come(wiebe, "csam", "/profiel")
    assert path == "/organisatie/kiezen?verder=/profiel"
    wiebe.follow()
    assert "Windkracht cv" in wiebe.text
    fields = {"kbo": "1000000021", "verder": "/profiel"}
    assert wiebe.submit("/organisatie/kiezen", fields).location == "/profiel"
    wiebe.open("/organisatie/")
    assert "Windkracht cv" in wiebe.text
    wiebe.open("/organisatie/kiezen")
    wiebe.submit("/organisatie/kiezen", {"kbo": ""})
    assert wiebe.open("/organisatie/").location == "/organisatie/kiezen"


@ONE_DATABASE
def test_who_works_for_none_is_told_how_to_get_access(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    wiebe = visitor()
    assert come(wiebe, "csam") == "/organisatie/kiezen?verder=/"
    wiebe.follow()
    assert "Sta je niet gelinkt aan jouw organisatie in het KBO?" in wiebe.text
    assert "toegang verlenen via het RMA" in wiebe.text


@ONE_DATABASE
def test_nobody_chooses_an_organisation_of_others(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["csam"].person = {**MIA, "organisations": [WIND]}
    come(visitor(), "csam")
    told["csam"].person = {**WIEBE, "organisations": [ZON]}
    wiebe = visitor()
    come(wiebe, "csam")
    for number in ("1000000021", "0477445084", "geen nummer"):
        wiebe.open("/organisatie/kiezen")
        answer = wiebe.submit("/organisatie/kiezen", {"kbo": number})
        assert answer.status_code == 404, number


def test_a_function_that_is_gone_at_the_next_sign_in_is_gone_at_once(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["csam"].person = {**WIEBE, "organisations": [ZON]}
    before = visitor()
    come(before, "csam")
    told["csam"].person = WIEBE
    come(visitor(), "csam")
    assert before.open("/organisatie/").location == "/organisatie/kiezen"


def test_one_person_behind_two_issuers_has_one_account(
    runtime: Runtime, told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["csam"].person = {**WIEBE, "sub": "andere", "organisations": [ZON]}
    come(visitor(), "csam")
    assert come(visitor(), "eid") == "/"  # known by CSAM: no account is offered
    come(visitor(), "eid")
    (wiebe,) = accounts(runtime)
    assert (wiebe.role, wiebe.name) == ("user", "Wiebe Zon")
    with runtime.reading() as session:
        kept = session.scalars(select(ExternalIdentity)).all()
        rows = " ".join(str(vars(one)) for one in kept)
    assert {one.provider for one in kept} == {"eid", "csam"}
    assert "85073003328" not in rows
    assert "andere" not in rows


def test_eid_tells_of_no_functions_so_it_ends_none(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["csam"].person = {**WIEBE, "organisations": [ZON]}
    come(visitor(), "csam")
    wiebe = visitor()
    come(wiebe, "eid")
    assert wiebe.open("/organisatie/").location == "/organisatie/kiezen"
    wiebe.follow()
    assert "Zonadvies Wiebe bv" in wiebe.text


@ONE_DATABASE
def test_who_is_new_by_eid_is_asked_for_an_account_and_may_do_it_later(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    told["eid"].person = {**WIEBE, "email": "w@zon.example", "email_verified": True}
    wiebe = visitor()
    here = "/registreren?verder=/organisatie/"
    assert come(wiebe, "eid", "/organisatie/") == here
    wiebe.follow()
    assert "Je officiële gegevens Naam Wiebe Zon" in wiebe.text
    assert wiebe.page
    page = wiebe.page.get_data(as_text=True)
    assert '<a href="/organisatie/">Later</a>' in page
    assert 'value="w@zon.example"' in page  # which the issuer checked
    assert "85073003328" not in page
    wrong = wiebe.submit(here, {"email": "w@zon.example", "gsm": "x"})
    assert wrong.status_code == 422
    assert '<a href="/organisatie/">Later</a>' in wrong.get_data(as_text=True)
    wiebe.submit("/afmelden")
    assert come(wiebe, "eid", "/organisatie/") == "/organisatie/"


@ONE_DATABASE
def test_nobody_is_led_away_from_here_by_the_way_on(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    wiebe = visitor()
    come(wiebe, "eid")
    for elsewhere in ("https://elders.example", "//elders.example", "/\\elders"):
        wiebe.open("/registreren", query_string={"verder": elsewhere})
        assert wiebe.page
        page = wiebe.page.get_data(as_text=True)
        assert "elders" not in page.partition("<main")[2]
        assert '<a href="/">Later</a>' in page
        there = visitor().open("/aanmelden/bij/eid", query_string={"verder": elsewhere})
        assert there.location.startswith(told["eid"].address)


def test_an_attempt_is_good_once_and_in_its_own_browser(
    runtime: Runtime, told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    wiebe, thief = visitor(), visitor()
    path = returned(wiebe, "eid")
    assert thief.open(path).location == "/aanmelden/mijn-fluvius"
    thief.follow()
    assert "Aanmelden lukte niet" in thief.text
    assert not thief.is_in()
    assert wiebe.open(path).location == "/registreren?verder=/"
    assert wiebe.is_in()
    assert wiebe.open(path).location == "/"
    wiebe.open("/organisatie/kiezen")
    assert "Aanmelden lukte niet" not in wiebe.text
    wiebe.submit("/afmelden")
    assert wiebe.open(path).location == "/aanmelden/mijn-fluvius"
    with runtime.reading() as session:
        assert session.scalars(select(IssuerAttempt.spent_at)).one()


@ONE_DATABASE
def test_an_attempt_of_another_issuer_or_of_long_ago_is_nothing(
    cast: Cast, told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    wiebe = visitor()
    path = returned(wiebe, "eid")
    crossed = path.replace("/terug/eid", "/terug/csam")
    assert wiebe.open(crossed).location == "/aanmelden/mijn-fluvius"
    cast.clock.forward(minutes=15)
    assert wiebe.open(path).location == "/aanmelden/mijn-fluvius"
    cast.clock.forward(days=1)
    assert cast.tick("accounts.forget") > 0
    with cast.runtime.reading() as session:
        assert session.scalars(select(IssuerAttempt)).all() == []


@ONE_DATABASE
def test_who_goes_no_further_is_back_where_signing_in_begins(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    wiebe = visitor()
    state = returned(wiebe, "eid", "/diensten/").partition("state=")[2]
    back = wiebe.open(f"/aanmelden/terug/eid?error=access_denied&state={state}")
    assert back.location == "/aanmelden/mijn-fluvius?verder=/diensten/"
    wiebe.follow()
    assert "je brak het aanmelden af" in wiebe.text


@ONE_DATABASE
def test_an_issuer_that_is_away_is_told_without_its_reasons(
    told: dict[str, Issuer],
    visitor: Callable[[], Visitor],
    caplog: pytest.LogCaptureFixture,
) -> None:
    told["eid"].answers["/jwks"] = 503, ""
    wiebe = visitor()
    away = wiebe.open("/aanmelden/bij/eid?verder=/diensten/")
    assert away.location == "/aanmelden/mijn-fluvius?verder=/diensten/"
    wiebe.follow()
    assert "kies een andere manier" in wiebe.text
    assert "answers 503" in caplog.text
    assert "503" not in wiebe.text


def test_whom_we_blocked_does_not_come_in_by_an_issuer(
    cast: Cast, told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    wiebe = visitor()
    come(wiebe, "eid")
    (account,) = accounts(cast.runtime)
    with cast.runtime.transaction() as session:
        Accounts.of(session, cast.runtime).block(account.login)
    assert come(wiebe, "eid") == "/aanmelden/mijn-fluvius"
    wiebe.follow()
    assert "Deze toegang is geblokkeerd." in wiebe.text
    assert not wiebe.is_in()


@ONE_DATABASE
def test_only_issuers_that_are_configured_stand_on_the_page(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    anybody = visitor()
    anybody.open("/aanmelden/mijn-fluvius")
    assert "eID en kaartlezer" in anybody.text
    assert "Aanmelden als organisatie" in anybody.text
    assert "itsme" not in anybody.text
    assert anybody.open("/aanmelden/bij/itsme").status_code == 404
    assert anybody.open("/aanmelden/terug/itsme").status_code == 404


@ONE_DATABASE
def test_twenty_attempts_of_one_neighbour_are_enough_unless_they_come_in(
    told: dict[str, Issuer], visitor: Callable[[], Visitor]
) -> None:
    person = visitor()
    for _time in range(20):
        come(person, "eid")
        person.open("/organisatie/kiezen")
        person.submit("/afmelden")
    for _time in range(20):
        returned(person, "eid")
    assert person.open("/aanmelden/bij/eid").status_code == 429


@ONE_DATABASE
def test_a_page_of_mijn_fluvius_asks_to_sign_in_there(
    visitor: Callable[[], Visitor],
) -> None:
    answer = visitor().open("/organisatie/toegang")
    assert answer.location == "/aanmelden/mijn-fluvius?verder=/organisatie/toegang"
