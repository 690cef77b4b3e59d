"""Two hands at one contract at once, on both databases: one counts, nothing is lost."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import ApiClient, ContractStep, DataContract
from app.contracts.reading import Line
from app.contracts.rules import Channel, State
from app.contracts.service import Contracts
from app.contracts.service_clients import MOST, ApiClients
from app.contracts.service_desk import ContractDesk
from app.contracts.service_import import Importing
from app.kernel.contract_number import ContractNumber
from app.kernel.errors import Conflict
from tests.cast import Cast
from tests.citizens import ZON
from tests.providers import BY_CARD, SCAN, Provider
from tests.racing import each

MOVED = Line(
    ZON.kbo, ZON.name, ContractNumber("3599900040"), Channel.PORTAL, date(2026, 1, 2)
)


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def states(wiebe: Provider) -> list[str]:
    """Where the contracts stand, each of which must be the last step in its history."""
    with wiebe.cast.runtime.reading() as session:
        contracts = session.scalars(select(DataContract).order_by(DataContract.id))
        found = {row.id: row.state for row in contracts}
        steps = session.scalars(select(ContractStep).order_by(ContractStep.id))
        assert {step.contract_id: step.state for step in steps} == found
    return list(found.values())


def blobs(wiebe: Provider) -> int:
    return len(list(wiebe.cast.runtime.blobs.keys()))


def test_an_organisation_that_asks_twice_at_once_has_one_request(
    wiebe: Provider,
) -> None:
    outcomes = each(*[wiebe.requests] * 4)
    assert outcomes == ["done"] * 4, "who comes later goes on with it"
    assert states(wiebe) == [State.REQUESTED]


def test_a_channel_chosen_twice_at_once_leaves_one_contract_to_sign(
    wiebe: Provider,
) -> None:
    wiebe.requests()
    choosing = [partial(wiebe.chooses, one) for one in (Channel.API, Channel.PORTAL)]
    outcomes = each(*choosing)
    assert set(outcomes) <= {"done", "Conflict"}
    assert states(wiebe) == [State.TO_SIGN]
    assert blobs(wiebe) == outcomes.count("done")
    wiebe.cast.clock.forward(days=2)
    wiebe.cast.tick("contracts.papers")
    assert blobs(wiebe) == 1


def test_a_contract_handed_in_twice_at_once_counts_once(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.cast.mails("wiebe@zon.example")
    before = len(wiebe.cast.email.mails)
    outcomes = Counter(each(wiebe.hands_in, wiebe.hands_in))
    assert outcomes == {"done": 1, "Conflict": 1}
    assert states(wiebe) == [State.SIGNED]
    assert blobs(wiebe) == 2, "what was offered, and what came back"
    assert len(wiebe.cast.mails("wiebe@zon.example")) == before + 1


def test_what_was_signed_for_one_channel_is_not_taken_for_another(
    wiebe: Provider,
) -> None:
    wiebe.requests()
    wiebe.chooses(Channel.PORTAL)
    contract, came = wiebe.contract, wiebe.returned(BY_CARD)
    assert contract
    wiebe.chooses(Channel.API)  # in another window, while we look at the paper
    runtime, actor = wiebe.cast.runtime, wiebe.actor

    def on(act: Callable[[Session], None]) -> None:
        with pytest.raises(Conflict), runtime.transaction() as session:
            act(session)

    on(lambda db: Contracts.of(db, runtime).hand_in(actor, came))
    on(lambda db: Contracts.of(db, runtime).hold(actor, came))
    on(lambda db: ContractDesk.of(db, runtime).hand_in(contract.id, came, by=1))
    assert states(wiebe) == [State.TO_SIGN]


def test_a_paper_that_bears_the_number_of_a_former_request_is_not_offered(
    wiebe: Provider,
) -> None:
    runtime, former = wiebe.cast.runtime, wiebe.requests().number
    wiebe.does("cancel")
    wiebe.requests()
    actor, paper = wiebe.actor, wiebe.paper(SCAN)
    how = {"version": "specimen-1", "number": former}
    with runtime.transaction() as session:
        offer = partial(Contracts.of(session, runtime).offer, actor)
        with pytest.raises(Conflict):
            offer(Channel.API, paper, **how)
    assert states(wiebe) == [State.CANCELLED, State.REQUESTED]


def test_approved_and_cancelled_at_once_is_one_of_the_two(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    approving = partial(wiebe.is_told, State.ACTIVE, seen="signed")
    outcomes = each(approving, partial(wiebe.does, "cancel"))
    assert Counter(outcomes)["done"] == 1
    assert set(outcomes) <= {"done", "Conflict", "NotFound"}
    stands = State.ACTIVE if outcomes[0] == "done" else State.CANCELLED
    assert states(wiebe) == [stands]
    assert wiebe.is_provider == (stands is State.ACTIVE)
    assert (wiebe.actor.card.provider_since is not None) == wiebe.is_provider


def test_ended_and_suspended_at_once_is_ended_or_can_still_be(wiebe: Provider) -> None:
    wiebe.becomes_one()
    suspending = partial(wiebe.is_told, State.SUSPENDED, reason="Klachten.")
    outcomes = each(suspending, partial(wiebe.does, "end"))
    assert set(outcomes) <= {"done", "Conflict", "NotFound"}
    assert "done" in outcomes
    assert states(wiebe) == [State.ENDED if outcomes[1] == "done" else State.SUSPENDED]
    assert not wiebe.is_provider
    assert wiebe.actor.card.provider_since is None


def moves_in(wiebe: Provider) -> None:
    runtime = wiebe.cast.runtime
    with runtime.transaction() as session:
        Importing.of(session, runtime).take_in([MOVED], by="sam.claes")


def test_a_contract_that_moves_in_while_its_organisation_asks_one_is_one(
    wiebe: Provider,
) -> None:
    outcomes = each(partial(moves_in, wiebe), wiebe.requests)
    assert sorted(outcomes) in (["Conflict", "done"], ["Invalid", "done"])
    assert states(wiebe) == [State.ACTIVE if outcomes[0] == "done" else State.REQUESTED]


def test_two_imports_at_once_move_each_contract_in_once(wiebe: Provider) -> None:
    outcomes = each(*[partial(moves_in, wiebe)] * 3)
    assert outcomes == ["done"] * 3
    assert states(wiebe) == [State.ACTIVE]


def test_of_many_machines_made_at_once_there_are_ten(wiebe: Provider) -> None:
    wiebe.becomes_one(Channel.API)
    actor, runtime = wiebe.actor, wiebe.cast.runtime

    def makes(name: str) -> None:
        with runtime.transaction() as session:
            ApiClients.of(session, runtime).make(actor, name)

    for number in range(MOST - 1):
        makes(f"Server {number}")
    makers = [partial(makes, f"Nog een {number}") for number in range(4)]
    assert Counter(each(*makers)) == {"done": 1, "Conflict": 3}
    with runtime.reading() as session:
        assert len(session.scalars(select(ApiClient)).all()) == MOST
