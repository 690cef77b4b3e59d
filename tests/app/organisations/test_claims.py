"""What CSAM tells of organisations is not always so; nobody comes in by a slip."""

from app.organisations.service import OrganisationCard, Organisations
from app.organisations.service_arrival import Arrival
from identity import Function, Identity
from tests.cast import Cast
from tests.citizens import known
from tests.databases import ONE_DATABASE

pytestmark = ONE_DATABASE


def told(cast: Cast, *functions: Function) -> list[OrganisationCard]:
    """For whom somebody may act, of whom CSAM told that."""
    account_id = known(cast)
    identity = Identity("w", "Wiebe", "Maes", cast.clock(), organisations=functions)
    with cast.runtime.transaction() as session:
        Arrival.of(session, cast.runtime).told("csam", identity, account_id)
    with cast.runtime.reading() as session:
        return Organisations.of(session, cast.runtime).of_account(account_id)


def test_a_number_that_is_none_lets_nobody_in(cast: Cast) -> None:
    wrong = ("", "0123456789", "12", "0123.456.749.1", "٠١٢٣٤٥٦٧٤٩", "0" * 5000)
    assert told(cast, *(Function(kbo, "Zonadvies") for kbo in wrong)) == []


def test_the_same_number_in_another_spelling_is_the_same_organisation(
    cast: Cast,
) -> None:
    spellings = ("0123456749", "BE 0123.456.749", "123456749")
    (card,) = told(cast, *(Function(kbo, "Zonadvies bv") for kbo in spellings))
    assert card.name == "Zonadvies bv"


def test_an_organisation_without_a_name_is_called_by_its_number(cast: Cast) -> None:
    (card,) = told(cast, Function("0123456749", " \u202e\n\u200b "))
    assert card.name == "0123.456.749"


def test_a_name_cannot_turn_the_words_around_it(cast: Cast) -> None:
    (card,) = told(
        cast,
        Function("0123456749", "Zon\u202evb\0 \r\n advies", "Straat\n1", "Baas\x1b[2J"),
    )
    assert card.name == "Zon vb advies"
    assert card.address == "Straat 1"
    assert card.function == "Baas [2J"


def test_two_hundred_organisations_are_all_there(cast: Cast) -> None:
    numbers = [
        f"{base:08d}{97 - base % 97:02d}" for base in range(1_000_000, 1_000_200)
    ]
    cards = told(cast, *(Function(number, "x" * 5000) for number in numbers))
    assert len(cards) == 200
    assert {len(card.name) for card in cards} == {200}
    assert {card.rank.may_grant for card in cards} == {True}
