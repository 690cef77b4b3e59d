"""Who signed, who handed it in, and what is kept of a paper in doubt."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.service_external import Externals, Known
from app.contracts.models import ContractSignatory
from app.contracts.rules import Channel, State
from app.contracts.service_desk import ContractDesk
from app.kernel.errors import Conflict, NotFound
from app.organisations.service import Organisations
from identity import Identity
from signing import Signatory, Signed
from tests.cast import Cast
from tests.citizens import ZON
from tests.databases import ONE_DATABASE
from tests.providers import BY_CARD, SIGNED_AT, WIEBE_NUMBER, Provider

MIA = Signatory("Mia Verlinden", "79021512346", SIGNED_AT + timedelta(hours=1))


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return asking(Provider.wiebe(cast))


def asking(provider: Provider) -> Provider:
    """Up to where the contract lies ready."""
    provider.requests()
    provider.chooses()
    return provider


def came_in(cast: Cast, number: str) -> Provider:
    """Somebody of whom an issuer told us that number, or none."""
    told = Identity("w-1", "Wiebe", "Maes", cast.clock(), national_number=number)
    with cast.runtime.transaction() as session:
        known = Externals.of(session, cast.runtime).came("eid", told, "192.0.2.1")
        assert isinstance(known, Known)
        organisations = Organisations.of(session, cast.runtime)
        organisations.take_in(known.account_id, [ZON])
        login = organisations.accounts.login_of(known.account_id)
    return asking(Provider(cast, ZON, login))


def test_a_national_number_is_kept_as_a_keyed_hash_alone(wiebe: Provider) -> None:
    wiebe.hands_in(BY_CARD)
    with wiebe.cast.runtime.reading() as session:
        row = session.scalars(select(ContractSignatory)).one()
    assert row.number_mac
    assert not any(WIEBE_NUMBER in str(value) for value in vars(row).values())


@ONE_DATABASE
@pytest.mark.parametrize(
    ("number", "is_sender"),
    [(WIEBE_NUMBER, True), (MIA.national_number, False), ("", None)],
)
def test_who_signed_is_held_against_who_handed_it_in(
    cast: Cast, number: str, *, is_sender: bool | None
) -> None:
    wiebe = came_in(cast, number)
    wiebe.hands_in(BY_CARD)
    assert wiebe.contract is not None
    assert [one.is_sender for one in wiebe.contract.signers] == [is_sender]


@ONE_DATABASE
def test_of_two_who_sign_both_are_kept_in_their_order(cast: Cast) -> None:
    wiebe = came_in(cast, MIA.national_number)
    wiebe.hands_in(Signed((*BY_CARD.by, MIA)))
    assert wiebe.contract is not None
    told = [(one.name, one.at, one.is_sender) for one in wiebe.contract.signers]
    assert told == [
        ("Wiebe Maes", SIGNED_AT, False),
        ("Mia Verlinden", MIA.at, True),
    ]


def test_a_paper_in_doubt_waits_until_whoever_brought_it_insists(
    wiebe: Provider,
) -> None:
    wiebe.is_doubted()
    held = wiebe.contract
    assert held is not None
    assert (held.state, held.is_held, held.doubt) == (State.TO_SIGN, True, "TAMPERED")
    assert held.paper_for(wiebe.actor.card) == held.document, "to be signed once more"
    wiebe.does("insist")
    told = wiebe.contract
    assert told is not None
    assert (told.state, told.is_held, told.doubt) == (State.SIGNED, False, "TAMPERED")
    assert told.paper_for(wiebe.actor.card) == held.signed
    assert told.signed_function == "Zaakvoerder"
    with pytest.raises(Conflict):
        wiebe.does("insist")
    with pytest.raises(Conflict):
        wiebe.is_doubted()


@ONE_DATABASE
def test_another_paper_takes_the_place_of_one_in_doubt(wiebe: Provider) -> None:
    wiebe.is_doubted()
    wiebe.hands_in(BY_CARD)
    assert wiebe.contract is not None
    assert (wiebe.contract.doubt, wiebe.contract.is_held) == ("", False)


@ONE_DATABASE
def test_another_channel_is_another_contract_to_sign(wiebe: Provider) -> None:
    wiebe.is_doubted()
    wiebe.chooses(Channel.API)
    assert wiebe.contract is not None
    assert not wiebe.contract.is_held
    with pytest.raises(NotFound):
        wiebe.does("insist")


def test_what_nobody_handed_in_goes_with_the_request(wiebe: Provider) -> None:
    wiebe.is_doubted()
    wiebe.does("cancel")
    over = wiebe.contract
    assert over is not None
    assert (over.state, over.signed, over.doubt) == (State.CANCELLED, None, "")
    with wiebe.cast.runtime.reading() as session:
        desk = ContractDesk.of(session, wiebe.cast.runtime)
        with pytest.raises(NotFound):
            desk.paper(over.id)
