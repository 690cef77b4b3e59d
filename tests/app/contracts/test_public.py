"""Providers as anybody may know them: by number, and by a short address for good."""

from datetime import date

import pytest

from app.contracts.reading import Line
from app.contracts.rules import Channel, State
from app.contracts.service_import import Importing
from app.contracts.service_public import PublicProvider, PublicProviders
from app.kernel.contract_number import ContractNumber
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from tests.cast import Cast
from tests.citizens import WIND, ZON
from tests.databases import ON_POSTGRES
from tests.providers import Provider


def by_kbo(cast: Cast, kbo: Kbo) -> PublicProvider:
    with cast.runtime.reading() as session:
        return PublicProviders.of(session, cast.runtime).by_kbo(kbo)


def by_code(cast: Cast, code: str) -> PublicProvider:
    with cast.runtime.reading() as session:
        return PublicProviders.of(session, cast.runtime).by_code(code)


def test_a_short_address_stays_whatever_becomes_of_the_contract(cast: Cast) -> None:
    wiebe, bea = Provider.wiebe(cast), Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one()
    wiebe.becomes_one()
    code = by_kbo(cast, ZON.kbo).code
    assert code != by_kbo(cast, WIND.kbo).code
    assert by_code(cast, code.lower()) == by_code(cast, code) == by_kbo(cast, ZON.kbo)
    wiebe.is_told(State.SUSPENDED, reason="Klachten.")
    with pytest.raises(NotFound):
        by_code(cast, code)
    wiebe.is_told(State.ACTIVE)
    assert by_code(cast, code).name == ZON.name
    wiebe.does("end")
    wiebe.requests()
    with pytest.raises(NotFound):
        by_code(cast, code)
    wiebe.does("cancel")
    wiebe.becomes_one()
    assert by_kbo(cast, ZON.kbo).code == code


@ON_POSTGRES
@pytest.mark.parametrize(
    "code", ["", "ABCDEFG", "abcdef", "a\0bcdef", "7K4PQ20", "é" * 7]
)
def test_nobody_stands_behind_another_code(cast: Cast, code: str) -> None:
    with pytest.raises(NotFound):
        by_code(cast, code)


def test_who_moved_in_has_one_too(cast: Cast) -> None:
    number = ContractNumber("3599900040700")
    line = Line(WIND.kbo, WIND.name, number, Channel.PORTAL, date(2025, 1, 1))
    with cast.runtime.transaction() as session:
        Importing.of(session, cast.runtime).take_in([line], by="sam.claes")
    found = by_kbo(cast, WIND.kbo)
    assert by_code(cast, found.code) == found
    assert found.address == ""
