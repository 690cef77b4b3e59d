"""Another channel for a provider: a contract beside its own, or the API left."""

from functools import partial

import pytest

from app.contracts.rules import KEPT, Channel, State
from app.contracts.service import Contract, Contracts
from app.contracts.service_card import ServiceCard, ServiceCards
from app.contracts.service_public import PublicProviders
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.organisations.models import Membership
from app.organisations.rules import Rank
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import Provider


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    provider = Provider.wiebe(cast)
    provider.becomes_one()
    return provider


def card(provider: Provider) -> ServiceCard:
    with provider.cast.runtime.reading() as session:
        return ServiceCards(session, provider.cast.runtime).card(provider.actor.card)


def held(provider: Provider) -> Contract:
    found = card(provider).held
    assert found is not None
    return found.contract


def approved(provider: Provider) -> None:
    """The API asked for, signed and approved."""
    provider.changes("ask_api")
    provider.chooses(Channel.API)
    provider.hands_in()
    provider.is_told(State.ACTIVE)


def test_the_contract_that_stands_goes_on_until_the_new_one_is_approved(
    wiebe: Provider,
) -> None:
    first = held(wiebe)
    wiebe.changes("ask_api")
    for step in (partial(wiebe.chooses, Channel.API), wiebe.hands_in):
        step()
        assert wiebe.is_provider
        assert held(wiebe) == first
        change = card(wiebe).change
        assert change is not None
        assert change.contract.replaces == first.number
    wiebe.is_told(State.ACTIVE)
    now = held(wiebe)
    assert wiebe.is_provider
    assert (now.has_api, now.replaces) == (True, first.number)
    assert now.number != first.number
    assert card(wiebe).change is None
    states = [one.contract.state for one in card(wiebe).past]
    assert states == [State.ACTIVE, State.REPLACED]


@ONE_DATABASE
def test_what_the_plan_in_steps_says_comes_along(wiebe: Provider) -> None:
    wiebe.wishes("om je dak te meten")
    approved(wiebe)
    assert held(wiebe).wish.purpose == "om je dak te meten"
    with wiebe.cast.runtime.reading() as session:
        contracts = Contracts.of(session, wiebe.cast.runtime)
        assert contracts.provider(wiebe.claim.kbo).wish.purpose == "om je dak te meten"


def test_who_gets_the_api_is_a_provider_since_the_first_contract(
    wiebe: Provider,
) -> None:
    begun, cast = wiebe.cast.clock(), wiebe.cast
    cast.clock.forward(days=400)
    approved(wiebe)
    assert held(wiebe).active_from == cast.clock()
    for end in (State.SUSPENDED, State.ACTIVE):
        wiebe.is_told(end, reason="Klachten.")
    assert wiebe.actor.card.provider_since == begun
    with cast.runtime.reading() as session:
        found = PublicProviders.of(session, cast.runtime).by_kbo(wiebe.claim.kbo)
    assert found.since == begun, "as its customers read it"


@ONE_DATABASE
def test_a_change_says_in_its_letters_what_it_is(wiebe: Provider) -> None:
    approved(wiebe)
    mails = wiebe.cast.mails("wiebe@zon.example")
    assert [mail.subject for mail in mails[-2:]] == [
        "Je aanvraag voor de API is ingediend",
        "Je nieuwe datatoegangscontract is actief",
    ]


def test_a_refused_change_leaves_everything_as_it_was(wiebe: Provider) -> None:
    first = held(wiebe)
    wiebe.changes("ask_api")
    wiebe.chooses(Channel.API)
    wiebe.hands_in()
    wiebe.is_told(State.REFUSED, reason="Pagina 2 ontbreekt.")
    assert wiebe.is_provider
    assert held(wiebe) == first
    told = card(wiebe)
    assert (told.why, told.why_not) == ("", "Pagina 2 ontbreekt.")
    wiebe.changes("ask_api")
    assert card(wiebe).why_not == ""


def test_one_change_runs_and_only_with_the_api(wiebe: Provider) -> None:
    wiebe.changes("ask_api")
    wiebe.changes("ask_api")
    assert len(card(wiebe).past) == 2
    with pytest.raises(Conflict, match="voeg je de API toe"):
        wiebe.chooses(Channel.PORTAL)
    wiebe.does("cancel")
    assert card(wiebe).change is None
    assert wiebe.is_provider


@ONE_DATABASE
def test_what_is_suspended_is_not_replaced(wiebe: Provider) -> None:
    change = asked_and_signed(wiebe)
    wiebe.is_told(State.SUSPENDED, reason="Klachten.", which=held(wiebe))
    with pytest.raises(Conflict, match="geschorst"):
        wiebe.is_told(State.ACTIVE, which=change)
    assert not wiebe.is_provider
    with pytest.raises(NotFound):
        wiebe.changes("ask_api")
    wiebe.is_told(State.ACTIVE, which=held(wiebe))
    assert wiebe.is_provider
    wiebe.is_told(State.ACTIVE, which=change)
    assert held(wiebe).has_api


@pytest.mark.parametrize("by_staff", [True, False])
def test_a_contract_takes_its_change_along_when_it_ends(
    wiebe: Provider, *, by_staff: bool
) -> None:
    wiebe.cast.staff()
    change = asked_and_signed(wiebe)
    if by_staff:
        wiebe.is_told(State.ENDED, reason="Op verzoek.", which=held(wiebe))
    else:
        wiebe.does("end")
    assert not wiebe.is_provider
    states = [one.contract.state for one in card(wiebe).past]
    assert states == [State.CANCELLED, State.ENDED]
    assert held(wiebe).state is State.ENDED, "what ended is what they had"
    said = " ".join(wiebe.cast.mails("wiebe@zon.example")[-1].text.split())
    assert "voor de API is geannuleerd" in said
    assert ("door Wiebe Maes" in said, "Sam" in said) == (not by_staff, False)
    with pytest.raises(Conflict):
        wiebe.is_told(State.ACTIVE, which=change)
    wiebe.becomes_one()
    assert held(wiebe).replaces is None


def test_leaving_the_api_counts_at_once_and_ends_its_clients(cast: Cast) -> None:
    bea = Provider.wiebe(cast, WIND, "bea")
    bea.becomes_one(Channel.API)
    machine = bea.machine()
    assert bea.opens_with(machine.id, machine.secret)
    assert bea.changes("leave_api") == 1
    assert not bea.opens_with(machine.id, machine.secret)
    assert bea.is_provider
    assert held(bea).channel is Channel.PORTAL
    assert cast.audited("contract")[-1] == ("contract.portal", "bea")
    with pytest.raises(Conflict):
        bea.changes("leave_api")
    approved(bea)
    assert held(bea).has_api
    assert not bea.opens_with(machine.id, machine.secret)
    with pytest.raises(Conflict):
        bea.changes("ask_api")


@ONE_DATABASE
def test_who_may_only_look_changes_nothing(wiebe: Provider) -> None:
    with wiebe.cast.runtime.transaction() as session:
        session.query(Membership).one().rank = Rank.VIEWER
    for verb in ("ask_api", "leave_api"):
        with pytest.raises(Forbidden):
            wiebe.changes(verb)


def asked_and_signed(provider: Provider) -> Contract:
    provider.changes("ask_api")
    provider.chooses(Channel.API)
    provider.hands_in()
    assert provider.contract is not None
    return provider.contract


def test_what_was_replaced_is_kept_ten_years_and_the_new_one_stays(
    wiebe: Provider,
) -> None:
    approved(wiebe)
    wiebe.cast.clock.forward(seconds=KEPT[State.REPLACED].total_seconds() + 1)
    assert wiebe.cast.tick("contracts.forget") == 1
    assert [one.contract.state for one in card(wiebe).past] == [State.ACTIVE]
    assert wiebe.is_provider
