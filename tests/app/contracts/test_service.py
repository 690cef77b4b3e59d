"""Contracts on both databases: asking, signing, deciding, and what becomes of them."""

import pytest
from sqlalchemy import select

from app.contracts.rules import Channel, Check, State
from app.contracts.service import Contracts
from app.contracts.service_desk import ContractDesk
from app.contracts.wishes import Wish
from app.filedrop import upkeep
from app.kernel.contract_number import ContractNumber
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.kbo import Kbo
from app.organisations.models import Membership
from app.organisations.rules import Rank
from tests.cast import Cast
from tests.citizens import WIND, ZON
from tests.databases import ONE_DATABASE
from tests.providers import BY_CARD, SCAN, SIGNED_AT, Provider


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def test_five_steps_make_a_provider(wiebe: Provider) -> None:
    number = wiebe.requests().number
    assert ContractNumber(number).digits == number
    wiebe.chooses(Channel.API)
    wiebe.hands_in(BY_CARD)
    assert not wiebe.is_provider
    wiebe.is_told(State.ACTIVE)
    assert wiebe.is_provider
    contract = wiebe.contract
    assert contract is not None
    (signer,) = contract.signers
    assert (signer.name, signer.at) == ("Wiebe Maes", SIGNED_AT)
    assert (contract.signed_function, contract.doubt) == ("Zaakvoerder", "")
    assert contract.active_from == wiebe.cast.clock()
    assert contract.has_api


def test_every_state_has_its_moment_and_its_hand(wiebe: Provider) -> None:
    wiebe.becomes_one()
    wiebe.is_told(State.SUSPENDED, reason="Klachten van klanten.")
    wiebe.is_told(State.ACTIVE)
    wiebe.does("end")
    with wiebe.cast.runtime.reading() as session:
        desk = ContractDesk.of(session, wiebe.cast.runtime)
        (contract,) = desk.page(None, start=0, limit=9)
        steps = [line.step for line in desk.dossier(contract.id).lines]
    assert [(step.state, step.by) for step in steps] == [
        (State.REQUESTED, "wiebe"),
        (State.TO_SIGN, "wiebe"),
        (State.SIGNED, "wiebe"),
        (State.ACTIVE, "sam.claes"),
        (State.SUSPENDED, "sam.claes"),
        (State.ACTIVE, "sam.claes"),
        (State.ENDED, "wiebe"),
    ]


def test_one_request_runs_and_goes_on_where_it_stood(wiebe: Provider) -> None:
    first = wiebe.requests()
    wiebe.chooses(Channel.API)
    again = wiebe.requests()
    assert (again.id, again.state) == (first.id, State.TO_SIGN)
    wiebe.chooses(Channel.PORTAL)
    again = wiebe.requests()
    assert (again.state, again.channel) == (State.TO_SIGN, Channel.PORTAL)


def test_a_provider_asks_no_second_contract(wiebe: Provider) -> None:
    wiebe.becomes_one()
    with pytest.raises(Conflict):
        wiebe.requests()


def test_the_table_itself_holds_one_request_on_its_way(wiebe: Provider) -> None:
    wiebe.requests()
    actor = wiebe.actor
    with (
        pytest.raises(Conflict, match="loopt al"),
        wiebe.cast.runtime.transaction() as session,
    ):
        Contracts.of(session, wiebe.cast.runtime).begin(actor)


def test_who_cancelled_or_was_refused_may_ask_anew(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.does("cancel")
    assert wiebe.requests().state is State.REQUESTED
    wiebe.chooses()
    wiebe.hands_in()
    wiebe.is_told(State.REFUSED, reason="De handtekening ontbreekt.")
    assert wiebe.requests().state is State.REQUESTED


def test_suspending_and_ending_block_at_once(wiebe: Provider) -> None:
    wiebe.becomes_one()
    wiebe.is_told(State.SUSPENDED, reason="Klachten.")
    assert not wiebe.is_provider
    wiebe.is_told(State.ACTIVE)
    assert wiebe.is_provider
    wiebe.is_told(State.ENDED, reason="Op eigen verzoek.")
    assert not wiebe.is_provider


@ONE_DATABASE
def test_whoever_is_stopped_reads_why(wiebe: Provider) -> None:
    wiebe.becomes_one()
    with pytest.raises(Invalid):
        wiebe.is_told(State.SUSPENDED, reason="  ")
    assert wiebe.is_provider


def test_a_decision_on_what_changed_meanwhile_is_none(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    wiebe.is_told(State.ACTIVE, seen="signed")
    with pytest.raises(Conflict):
        wiebe.is_told(State.REFUSED, reason="Toch niet.", seen="signed")
    with pytest.raises(Conflict):
        wiebe.is_told(State.REFUSED, reason="Toch niet.")


@ONE_DATABASE
def test_an_approval_counts_once_all_was_looked_at(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    contract = wiebe.contract
    assert contract is not None
    with (
        pytest.raises(Invalid),
        wiebe.cast.runtime.transaction() as session,
    ):
        ContractDesk.of(session, wiebe.cast.runtime).decide(
            contract.id, State.ACTIVE, by="sam.claes", seen="signed",
            checked={Check.PAGES, Check.SIGNATURE, Check.NUMBER},
        )  # fmt: skip
    assert not wiebe.is_provider


def test_colleagues_find_a_contract_however_they_write_it(wiebe: Provider) -> None:
    number = wiebe.requests().number
    Provider.wiebe(wiebe.cast, WIND, "bea").requests()
    with wiebe.cast.runtime.reading() as session:
        desk = ContractDesk.of(session, wiebe.cast.runtime)
        for query in ("ZONADVIES", "0123.456.749", "BE 0123 456 749", "456749", number):
            assert desk.counts(query) == {State.REQUESTED: 1}, query
            (found,) = desk.page(None, query, start=0, limit=9)
            assert found.organisation.name == "Zonadvies Wiebe bv"
        assert desk.counts("")[State.REQUESTED] == 2
        for query in ("%", "_", "QQ", "0123.456.749.9"):
            assert desk.counts(query) == {}, query


@ONE_DATABASE
def test_who_may_only_look_binds_nobody(wiebe: Provider) -> None:
    with wiebe.cast.runtime.transaction() as session:
        session.scalars(select(Membership)).one().rank = Rank.VIEWER
    for verb in ("request", "cancel", "end"):
        with pytest.raises(Forbidden):
            wiebe.does(verb)


@ONE_DATABASE
def test_what_is_not_there_is_neither_cancelled_nor_ended(wiebe: Provider) -> None:
    for verb in ("cancel", "end"):
        with pytest.raises(NotFound):
            wiebe.does(verb)
    assert wiebe.contract is None


def test_only_an_active_provider_is_known_to_anybody(wiebe: Provider) -> None:
    other = Provider.wiebe(wiebe.cast, WIND, "bea")
    other.becomes_one()

    def known(kbo: Kbo) -> str:
        with wiebe.cast.runtime.reading() as session:
            contracts = Contracts.of(session, wiebe.cast.runtime)
            return contracts.provider(kbo).organisation.name

    assert known(WIND.kbo) == "Windkracht cv"
    wiebe.requests()
    for kbo in (ZON.kbo, Kbo.parse("0477445084")):
        with pytest.raises(NotFound):
            known(kbo)


@ONE_DATABASE
def test_a_provider_says_what_it_would_like(wiebe: Provider) -> None:
    wish = Wish("beide", SIGNED_AT.date(), "om je zonnepanelen te dimensioneren")

    def wishes() -> None:
        actor = wiebe.actor
        with wiebe.cast.runtime.transaction() as session:
            Contracts.of(session, wiebe.cast.runtime).wish(actor, wish)

    with pytest.raises(NotFound):
        wishes()
    wiebe.becomes_one()
    wishes()
    assert wiebe.contract is not None
    assert wiebe.contract.wish == wish


def test_what_was_signed_is_read_back_and_the_sweep_leaves_it(
    wiebe: Provider,
) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    stray = wiebe.paper(b"%PDF-1.7 of a request that failed")
    runtime = wiebe.cast.runtime
    wiebe.cast.clock.forward(days=400)
    assert upkeep.reconcile(runtime, anyhow=True).orphans == [stray.key]
    assert wiebe.contract is not None
    with runtime.transaction() as session:
        desk = ContractDesk.of(session, runtime)
        content = desk.paper(wiebe.contract.id)
        contract = desk.looks(wiebe.contract.id, by="sam.claes")
    assert content == SCAN
    assert contract.state is State.SIGNED


@ONE_DATABASE
def test_a_dossier_that_is_not_there_is_not_found(wiebe: Provider) -> None:
    wiebe.requests()
    assert wiebe.contract is not None
    with wiebe.cast.runtime.transaction() as session:
        desk = ContractDesk.of(session, wiebe.cast.runtime)
        assert desk.counts("") == {State.REQUESTED: 1}
        for wrong in ("x", "A" * 22):
            with pytest.raises(NotFound):
                desk.dossier(wrong)
        with pytest.raises(NotFound):
            desk.paper(wiebe.contract.id)
        with pytest.raises(NotFound):
            desk.original(wiebe.contract.id)


def test_colleagues_see_what_waits_longest_first(wiebe: Provider) -> None:
    other = Provider.wiebe(wiebe.cast, WIND, "bea")
    for provider in (other, wiebe):
        provider.requests()
        provider.chooses()
        provider.hands_in()
        wiebe.cast.clock.forward(hours=1)
    with wiebe.cast.runtime.reading() as session:
        desk = ContractDesk.of(session, wiebe.cast.runtime)
        waiting = desk.page(State.SIGNED, start=0, limit=9)
    names = [contract.organisation.name for contract in waiting]
    assert names == ["Windkracht cv", "Zonadvies Wiebe bv"]
