"""Sessions in Mijn Fluvius: out after a while, told in je, and back where one was."""

import re
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.citizens import ZON
from tests.databases import ONE_DATABASE
from tests.providers import Provider
from tests.visitor import U, Visitor

pytestmark = ONE_DATABASE
Visit = Callable[[], Visitor]


@pytest.fixture
def person(cast: Cast, visitor: Visit) -> Visitor:
    person = Provider.wiebe(cast).comes_in(visitor())
    person.open("/diensten/")
    return person


@pytest.mark.parametrize("path", ["/diensten/", "/profiel", "/hulp"])
def test_who_sat_still_signs_in_again_at_mijn_fluvius_and_comes_back(
    cast: Cast, person: Visitor, path: str
) -> None:
    cast.clock.forward(minutes=15, seconds=1)
    answer = person.open(path)
    assert answer.location == f"/aanmelden/mijn-fluvius?verder={path}"
    person.follow()
    assert "Je bent afgemeld. Meld je opnieuw aan" in person.text
    assert not U.findall(person.text)


def test_the_question_whether_one_is_there_says_je(person: Visitor) -> None:
    person.open("/profiel")
    assert "Ben je er nog? Je wordt over 2 minuten afgemeld." in person.text
    assert not U.findall(person.text)


def test_days_are_written_as_everywhere_in_mijn_fluvius(
    cast: Cast, person: Visitor, visitor: Visit
) -> None:
    later = Provider(cast, ZON, "wiebe").comes_in(visitor())
    later.open("/profiel")
    assert "Laatst aangemeld op 26/10/2026 om 10.00 uur" in later.text
    assert not re.search(r"\d-10-2026", later.text)


def test_who_signs_out_is_out_and_the_form_of_an_open_window_does_nothing(
    cast: Cast, person: Visitor
) -> None:
    person.open("/dienstverlener-worden/contract")
    before = person.token()
    assert person.submit("/afmelden").location == "/aanmelden/mijn-fluvius"
    person.follow()
    assert "Je bent afgemeld." in person.text
    fields = {"csrf_token": before}
    answer = person.submit("/dienstverlener-worden/contract", fields)
    assert answer.status_code == 303
    assert answer.location.startswith("/aanmelden/mijn-fluvius")
    assert Provider(cast, ZON, "wiebe").contract is None


def test_another_device_is_signed_out_from_the_profile(
    cast: Cast, person: Visitor, visitor: Visit
) -> None:
    phone = Provider(cast, ZON, "wiebe").comes_in(visitor())
    assert phone.is_in()
    person.open("/profiel")
    assert person.submit("/profiel/overal-afmelden").status_code == 303
    assert not phone.is_in()
