"""API clients on their pages: a secret shown once, a key given, renewed and ended."""

from collections.abc import Callable

import pytest

from app.contracts.keys import PRIVATE, read_key
from app.contracts.rules import Channel
from tests.app.contracts.machines import EC, RSA, pem
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import Provider, credentials
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
HERE = "/diensten/api/"


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    provider = Provider.wiebe(cast)
    provider.becomes_one(Channel.API)
    return provider


@pytest.fixture
def person(wiebe: Provider, visitor: Visit) -> Visitor:
    person = wiebe.comes_in(visitor())
    person.open(HERE)
    return person


def test_a_secret_is_shown_once_and_replaced_at_will(
    wiebe: Provider, person: Visitor
) -> None:
    person.submit(HERE, {"naam": "Rekenmodel", "manier": "geheim"})
    client_id, secret = credentials(person)
    assert wiebe.opens_with(client_id, secret)
    for path in (HERE, f"{HERE}{client_id}/"):
        person.open(path)
        assert secret not in person.text
    assert "Wat nu geldt, werkt meteen niet meer." in person.text
    person.submit(f"{HERE}{client_id}/vernieuwen", {"manier": "geheim"})
    _, renewed = credentials(person)
    assert not wiebe.opens_with(client_id, secret)
    assert wiebe.opens_with(client_id, renewed)
    person.open(f"{HERE}{client_id}/")
    person.submit(f"{HERE}{client_id}/beeindigen")
    assert not wiebe.opens_with(client_id, renewed)
    person.follow()
    assert "De API-client is beëindigd." in person.text
    assert person.submit(f"{HERE}{client_id}/beeindigen").status_code == 404


def test_a_page_that_is_sent_again_makes_no_second_machine(person: Visitor) -> None:
    sent = {"naam": "Rekenmodel", "manier": "geheim"}
    person.submit(HERE, sent)
    person.open(HERE)
    again = person.submit(HERE, {**sent, "naam": "rekenmodel"})
    assert again.status_code == 409
    assert "Je hebt al een API-client met deze naam." in person.text
    assert "client_secret" not in person.text


def test_a_key_is_given_shown_by_its_thumbprint_and_replaced(
    wiebe: Provider, person: Visitor
) -> None:
    given = {"naam": "Rekenmodel", "manier": "sleutel", "sleutel": pem(EC)}
    person.submit(HERE, given)
    assert read_key(pem(EC)).thumbprint in person.text
    assert "client_secret" not in person.text
    person.open(HERE)
    assert "Sleutelpaar" in person.text
    (client_id,) = [one for one in person.text.split() if one.count("-") == 4]
    person.open(f"{HERE}{client_id}/")
    path = f"{HERE}{client_id}/vernieuwen"
    assert person.submit(path, {"manier": "sleutel"}).status_code == 422
    assert "We kunnen deze sleutel niet lezen." in person.text
    person.submit(path, {"manier": "sleutel", "sleutel": pem(RSA)})
    assert read_key(pem(RSA)).thumbprint in person.text
    assert ("client.renew", "wiebe") in wiebe.cast.audited("client")


@ONE_DATABASE
def test_a_private_key_is_refused_and_stays_nowhere(
    wiebe: Provider, person: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    private = pem(EC, private=True)
    given = {"naam": "Rekenmodel", "manier": "sleutel", "sleutel": private}
    assert person.submit(HERE, given).status_code == 422
    assert PRIVATE in person.text
    line = private.splitlines()[1]
    for pasted in (private, line):  # the same without its first and last line
        given["sleutel"] = pasted
        assert person.submit(HERE, given).status_code == 422
        assert person.page
        assert line not in person.page.get_data(as_text=True)
    assert line not in caplog.text
    assert wiebe.cast.audited("client") == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"naam": " "}, "Geef de toepassing een naam."),
        ({"naam": "x" * 129}, "Schrijf hoogstens 128 tekens."),
        ({"naam": "\u202e\x00"}, "Geef de toepassing een naam."),
        ({"naam": "Rekenmodel", "manier": "anders"}, "Er is een probleem"),
        ({"naam": "Rekenmodel", "sleutel": pem(EC)}, "Je plakte ook een sleutel:"),
        ({"naam": "x", "manier": "sleutel", "sleutel": "é\x00"}, "PEM of als JWK"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    person: Visitor, fields: dict[str, str], words: str
) -> None:
    assert person.submit(HERE, fields).status_code == 422
    assert words in person.text


@ONE_DATABASE
def test_an_eleventh_is_not_offered_and_not_made(
    wiebe: Provider, person: Visitor
) -> None:
    for number in range(10):
        wiebe.machine(f"Machine {number}")
    asked = {"naam": "Machine 11", "manier": "geheim"}
    assert person.submit(HERE, asked).status_code == 409
    person.open(HERE)
    assert "Je hebt al tien API-clients." in person.text


def test_a_neighbour_sees_renews_and_ends_nothing_of_it(
    wiebe: Provider, visitor: Visit
) -> None:
    made = wiebe.machine()
    bea = Provider.wiebe(wiebe.cast, WIND, "bea")
    bea.becomes_one(Channel.API)
    other = bea.comes_in(visitor())
    other.open(HERE)
    assert made.id not in other.text
    for path in (f"{HERE}{made.id}/", f"{HERE}x/", f"{HERE}%00/"):
        assert other.open(path).status_code == 404
    for verb in ("vernieuwen", "beeindigen"):
        other.open(HERE)
        path = f"{HERE}{made.id}/{verb}"
        assert other.submit(path, {"manier": "geheim"}).status_code == 404
    assert wiebe.opens_with(made.id, made.secret)


@ONE_DATABASE
def test_without_the_api_there_is_no_such_page(cast: Cast, visitor: Visit) -> None:
    bea = Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one(Channel.PORTAL)
    assert bea.comes_in(visitor()).open(HERE).status_code == 404
