"""From the plan in steps to where a customer will share: by link and from paper."""

from collections.abc import Callable

import pytest

from app.contracts.rules import State
from app.organisations.models import Membership
from app.organisations.rules import Rank
from tests.cast import Cast
from tests.citizens import WIND, arrived, known
from tests.databases import ON_POSTGRES, ONE_DATABASE
from tests.providers import Provider
from tests.visitor import SITE, Visitor

Visit = Callable[[], Visitor]
LINK = "/verbruik/dienstverlener/0123456749"
PLAN = f"{LINK}/stappenplan"
WISH = "/diensten/voorkeur"
AIM = "om je zonnepanelen te dimensioneren"


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    """An active provider."""
    wiebe = Provider.wiebe(cast)
    wiebe.becomes_one()
    return wiebe


def body(person: Visitor, path: str) -> bytes:
    return person.open(path).get_data()


def test_a_customer_is_led_from_the_plan_to_where_they_would_share(
    wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    person.open(WISH)
    wish = {"detail": "beide", "vanaf": "2025-01-01", "doel": f" {AIM}.\r\n"}
    assert person.submit(WISH, wish).status_code == 303
    customer = visitor()
    customer.open(PLAN)
    asked = (
        "Zonadvies Wiebe bv vraagt: dag- en kwartier- of uurgegevens, "
        f"van 01/01/2025 tot nu, {AIM}."
    )
    for words in (
        "Deel je meetgegevens met Zonadvies Wiebe bv KBO-nummer 0123.456.749 .",
        asked,
        "Ga naar Mijn Fluvius via deze link of scan de QR-code",
        f"De volledige link {SITE}{LINK} ",
        "LET OP: heb je dit op papier? Typ de link volledig over in de adresbalk",
        "Meld je aan met eID of itsme Kies je EAN-code Kies daggegevens , of ook",
        "kwartier- of uurgegevens Kies de verbruiksperiode die je wil delen Bevestig",
        "Je kan je toestemming op elk moment intrekken.",
    ):
        assert words in customer.text
    assert customer.page is not None
    assert f'href="{SITE}{LINK}"' in customer.page.get_data(as_text=True)
    customer.open(LINK)
    for words in (
        "Wil je meetgegevens delen met Zonadvies Wiebe bv?",
        "Ken je dit bedrijf niet? Stop dan hier.",
        "Adres Rubensstraat 1, 1800 Vilvoorde KBO-nummer 0123.456.749",
        "Energiedienstverlener sinds 26/10/2026",
        asked,
        "Meld je aan om verder te gaan",
    ):
        assert words in customer.text


def test_the_plan_is_byte_for_byte_the_same_for_everybody(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    stranger, person = visitor(), arrived(cast, visitor, known(cast))
    plan = body(stranger, PLAN)
    assert body(person, PLAN) == body(wiebe.comes_in(visitor()), PLAN) == plan
    answer = stranger.open(PLAN)
    assert "Set-Cookie" not in answer.headers
    again = stranger.open(PLAN, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    wiebe.is_told(State.SUSPENDED, reason="Klachten.")
    later = stranger.open(PLAN, headers={"If-None-Match": answer.headers["ETag"]})
    assert later.status_code == 404


@ON_POSTGRES
def test_whoever_is_no_provider_has_one_answer(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    short = short_of(visitor())
    wiebe.is_told(State.SUSPENDED, reason="Klachten.")
    Provider.wiebe(cast, WIND, "bea").requests()
    person, stranger = arrived(cast, visitor, known(cast)), visitor()
    nobody = {
        body(who, path)
        for who in (person, stranger)
        for path in (
            PLAN,
            LINK,
            short,
            "/s/7K4PQ2M",
            "/s/%00",
            "/verbruik/dienstverlener",
            "/verbruik/dienstverlener?id=7c9e6679-7425-40de-944b-e07fc1f90ae7",
            *(f"/verbruik/dienstverlener/{kbo}" for kbo in ODD),
            *(f"/verbruik/dienstverlener/{kbo}/stappenplan" for kbo in ODD),
        )
    }
    assert len(nobody) == 1
    assert stranger.open(LINK).status_code == 404
    assert "Er is geen actieve energiedienstverlener op dit adres." in stranger.text
    assert "Klachten" not in stranger.text


# asks only, unknown, a wrong check digit, no number at all
ODD = ("1000000021", "0477445084", "0123456748", "123", "%00", "%F0%9F%94%8C")


def short_of(person: Visitor) -> str:
    """The path of the short address that the plan shows."""
    person.open(PLAN)
    _, _, code = person.text.partition(f"om over te typen {SITE}/s/")
    return f"/s/{code.split()[0]}"


@ONE_DATABASE
def test_the_short_address_leads_where_the_long_one_does(
    wiebe: Provider, visitor: Visit
) -> None:
    assert wiebe.is_provider
    customer = visitor()
    short = short_of(customer)
    for path in (short, short.lower()):
        assert customer.open(path).location == LINK


@pytest.fixture
def film(environ: dict[str, str]) -> str:
    """Where the operator's film is, told before the house is built."""
    environ["FILM_URL"] = "https://film.example/delen"
    return environ["FILM_URL"]


@ONE_DATABASE
def test_the_film_is_for_customers_and_for_who_sends_it_to_them(
    film: str, wiebe: Provider, visitor: Visit
) -> None:
    customer = visitor()
    for person, path in ((customer, PLAN), (wiebe.comes_in(visitor()), "/diensten/")):
        assert f'href="{film}"' in body(person, path).decode()
    customer.open(PLAN)
    assert film in customer.text  # on paper nobody clicks


@ONE_DATABASE
@pytest.mark.parametrize("kbo", ["0123.456.749", "BE0123456749", "be 123 456 749"])
def test_a_number_in_another_spelling_leads_to_the_one_address(
    wiebe: Provider, visitor: Visit, kbo: str
) -> None:
    assert wiebe.is_provider
    customer = visitor()
    assert customer.open(f"/verbruik/dienstverlener/{kbo}").location == LINK
    path = f"/verbruik/dienstverlener/{kbo}/stappenplan"
    assert customer.open(path).location == PLAN


@ONE_DATABASE
def test_who_signs_in_comes_back_and_has_shared_nothing(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    customer = visitor()
    way = f"/aanmelden/mijn-fluvius?verder={LINK}"
    assert f'href="{way}"' in body(customer, LINK).decode()
    person = arrived(cast, visitor, known(cast))
    assert person.open(way).location == LINK
    person.follow()
    for words in (
        "Meters kiezen en toestemming geven kan op deze site nog niet.",
        "Er is niets gedeeld.",
    ):
        assert words in person.text
    assert "Je handelt nu voor" not in person.text
    own = wiebe.comes_in(visitor())
    own.open(LINK)
    assert "Dit is de pagina waarop je klanten terechtkomen." in own.text
    bea = Provider.wiebe(cast, WIND, "bea").comes_in(visitor())
    bea.open(LINK)
    assert "Je handelt nu voor Windkracht cv." in bea.text


@ONE_DATABASE
@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("detail", "alles", "Ongeldige keuze."),
        ("vanaf", "gisteren", "Ongeldige datum."),
        ("vanaf", "2026-10-27", "Kies een dag van de voorbije drie jaar."),
        ("vanaf", "2023-10-25", "Kies een dag van de voorbije drie jaar."),
        ("doel", "zonnepanelen", "Begin met 'om'"),
        ("doel", "om te kijken op zon.example", "zonder link, e-mailadres of"),
        (
            "doel",
            "om te kijken op zon\u200b.\u200bexample",
            "zonder link, e-mailadres of",
        ),
        ("doel", "om " + "x" * 198, "Schrijf hoogstens 200 tekens."),
    ],
)
def test_a_wish_that_cannot_stand_on_the_plan_is_refused_with_the_reason(
    wiebe: Provider, visitor: Visit, field: str, typed: str, words: str
) -> None:
    person = wiebe.comes_in(visitor())
    person.open(WISH)
    answer = person.submit(WISH, {"detail": "dag", field: typed})
    assert answer.status_code == 422
    assert words in person.text
    assert wiebe.contract is not None
    assert not wiebe.contract.wish.is_told


@ONE_DATABASE
def test_a_purpose_is_text_on_the_plan_and_an_empty_wish_is_none(
    wiebe: Provider, visitor: Visit
) -> None:
    person, customer = wiebe.comes_in(visitor()), visitor()
    person.open(WISH)
    person.submit(WISH, {"doel": 'om <b>alles</b>\n\u202ete\0 "zien"'})
    page = body(customer, PLAN).decode()
    assert "om &lt;b&gt;alles&lt;/b&gt; te &#34;zien&#34;." in page
    assert "vraagt: meetgegevens, om" in customer.text
    person.open(WISH)
    assert person.submit(WISH, {"detail": "", "vanaf": "", "doel": ""}).location
    customer.open(PLAN)
    assert "vraagt:" not in customer.text


@ONE_DATABASE
def test_who_may_only_look_sets_no_wish(
    cast: Cast, wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    person.open(WISH)
    with cast.runtime.transaction() as session:
        session.query(Membership).one().rank = Rank.VIEWER
    assert person.submit(WISH, {"detail": "dag"}).status_code == 403
    assert person.open(WISH).status_code == 403
    person.open("/diensten/")
    assert "Voorkeur instellen" not in person.text
    assert f"{SITE}{PLAN}" in person.text
