"""What is kept of a contract, how long, and that nothing of it stays behind."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.contracts.models import (
    ApiClient,
    ContractSignatory,
    ContractStep,
    DataContract,
)
from app.contracts.rules import KEPT, LIVING, NAMED, Channel, State
from app.contracts.service_clients import ApiClients
from app.contracts.service_desk import ContractDesk
from app.db.kept import KeptBlob
from app.kernel.clock import ClockWatch
from app.runtime import Runtime
from jobs.runner import run, ticks
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import BY_CARD, Provider

TABLES = (DataContract, ContractStep, ContractSignatory, ApiClient, KeptBlob)


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def left(runtime: Runtime) -> list[int]:
    """How many rows there are of contracts, and how many blobs."""
    with runtime.reading() as session:
        counts = [
            session.scalars(select(func.count()).select_from(table)).one()
            for table in TABLES
        ]
    return [*counts, len(list(runtime.blobs.keys()))]


def cancelled(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.does("cancel")


def refused(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in(BY_CARD)
    wiebe.is_told(State.REFUSED, reason="De handtekening ontbreekt.")


def ended(wiebe: Provider) -> None:
    wiebe.becomes_one(Channel.API)
    runtime, actor = wiebe.cast.runtime, wiebe.actor
    with runtime.transaction() as session:
        ApiClients.of(session, runtime).make(actor, "Server")
    wiebe.does("end")


def left_lying(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()


@pytest.mark.parametrize(
    ("history", "state"),
    [
        (cancelled, State.CANCELLED),
        (refused, State.REFUSED),
        (ended, State.ENDED),
        (left_lying, State.TO_SIGN),
    ],
)
def test_at_the_end_of_its_term_a_contract_is_gone_with_all_its_papers(
    wiebe: Provider, history: Callable[[Provider], None], state: State
) -> None:
    history(wiebe)
    cast = wiebe.cast
    before = left(cast.runtime)
    cast.clock.forward(seconds=KEPT[state].total_seconds())
    assert cast.tick("contracts.forget") == 0
    assert left(cast.runtime) == before
    cast.clock.forward(seconds=1)
    assert cast.tick("contracts.forget") == 1
    assert left(cast.runtime) == [0] * 6
    assert cast.audited("contract.forget") == [("contract.forget", "energiepost")]
    assert wiebe.requests().state is State.REQUESTED, "and may ask anew"


def test_a_contract_that_binds_is_kept_for_as_long_as_it_does(wiebe: Provider) -> None:
    assert {State.SIGNED, State.ACTIVE, State.SUSPENDED} == LIVING - KEPT.keys()
    wiebe.becomes_one()
    before = left(wiebe.cast.runtime)
    wiebe.cast.clock.forward(days=40 * 366)
    assert wiebe.cast.tick("contracts.forget") == 0
    assert left(wiebe.cast.runtime) == before


def test_the_paper_of_an_earlier_choice_goes_after_a_day_and_no_other(
    wiebe: Provider,
) -> None:
    wiebe.requests()
    for channel in (Channel.API, Channel.PORTAL, Channel.API):
        wiebe.chooses(channel)
    cast = wiebe.cast
    assert left(cast.runtime)[4:] == [3, 3]
    assert cast.tick("contracts.papers") == 0
    cast.clock.forward(days=1, seconds=1)
    assert cast.tick("contracts.papers") == 1
    assert left(cast.runtime)[4:] == [1, 1]
    wiebe.hands_in()
    cast.clock.forward(days=2)
    assert cast.tick("contracts.papers") == 0
    assert left(cast.runtime)[4:] == [2, 2]


def test_what_comes_after_shows_no_letters_of_what_was_forgotten(
    wiebe: Provider,
) -> None:
    cancelled(wiebe)
    cast = wiebe.cast
    cast.clock.forward(seconds=KEPT[State.CANCELLED].total_seconds() + 1)
    assert cast.tick("contracts.forget") == 1
    new = Provider.wiebe(cast, WIND, "bea").requests()
    with cast.runtime.reading() as session:
        lines = ContractDesk.of(session, cast.runtime).dossier(new.id).lines
    assert [len(line.letters) for line in lines] == [1]


def test_who_is_forgotten_stands_beside_no_step_of_a_contract_that_binds(
    wiebe: Provider,
) -> None:
    cast, runtime = wiebe.cast, wiebe.cast.runtime
    cast.staff("sam.claes", "admin")
    wiebe.becomes_one(Channel.API)
    wiebe.machine()

    def named() -> list[set[str]]:
        columns = (ContractStep.by, ApiClient.made_by)
        with runtime.reading() as session:
            return [set(session.scalars(select(column))) for column in columns]

    cast.clock.forward(seconds=NAMED.total_seconds())
    cast.tick("contracts.forget")
    assert named() == [{"wiebe", "sam.claes"}, {"wiebe"}]
    cast.clock.forward(seconds=1)
    cast.tick("contracts.forget")
    assert named() == [{"wiebe", "sam.claes"}, {"wiebe"}], "they are known still"
    cast.tick("accounts.unseen")
    cast.tick("contracts.forget")
    assert named() == [{"", "sam.claes"}, {""}]


@ONE_DATABASE
def test_nothing_is_forgotten_by_a_clock_that_ran_away(wiebe: Provider) -> None:
    cancelled(wiebe)
    cast = wiebe.cast
    before = left(cast.runtime)
    stopped = replace(cast.runtime, watch=ClockWatch(cast.clock, lambda: 0.0))
    cast.clock.forward(days=400)
    for tick in ("contracts.forget", "contracts.papers"):
        assert run(stopped, ticks()[tick]) == 0
    assert left(cast.runtime) == before
