"""Machines of providers, on both databases: who made them, and who gets in by them."""

import pytest
from sqlalchemy import func, select

from app.contracts.keys import read_key
from app.contracts.models import ApiAssertion, ApiClient
from app.contracts.rules import Channel, State
from app.contracts.service_clients import MOST, ApiClients, Made
from app.contracts.service_holders import Holders
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.organisations.models import Membership
from app.organisations.rules import Rank
from tests.app.contracts.machines import AUDIENCE, EC, RSA, Machine, pem
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import Provider

KEY, OTHER_KEY = read_key(pem(EC)), read_key(pem(RSA))
OTHER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    provider = Provider.wiebe(cast)
    provider.becomes_one(Channel.API)
    return provider


def keyed(provider: Provider, name: str = "Sleutelmodel") -> Machine:
    """A machine that signs with its own key."""
    actor = provider.actor
    with provider.cast.runtime.transaction() as session:
        clients = ApiClients.of(session, provider.cast.runtime)
        made = clients.make(actor, name, KEY)
    assert (made.secret, made.thumbprint) == ("", KEY.thumbprint)
    return Machine(made.id)


def enters(provider: Provider, client_id: str, assertion: str) -> bool:
    """Whether that assertion is believed to be of a machine of theirs."""
    runtime = provider.cast.runtime
    try:
        with runtime.transaction() as session:
            holders = Holders.of(session, runtime)
            found = holders.by_assertion(client_id, assertion, audience=AUDIENCE)
    except NotFound:
        return False
    return found == provider.actor.card.id


def renewed(provider: Provider, client_id: str, *, by_key: bool) -> Made:
    actor = provider.actor
    with provider.cast.runtime.transaction() as session:
        clients = ApiClients.of(session, provider.cast.runtime)
        return clients.renew(actor, client_id, OTHER_KEY if by_key else None)


def test_a_secret_opens_its_own_client_and_is_kept_as_its_digest(
    wiebe: Provider,
) -> None:
    made = wiebe.machine()
    assert wiebe.opens_with(made.id, made.secret)
    for client_id, secret in (
        (made.id, made.secret + "x"),
        (made.id, ""),
        (OTHER, made.secret),
        ("geen", made.secret),
        ("\0", made.secret),
    ):
        assert not wiebe.opens_with(client_id, secret)
    assert not enters(wiebe, made.id, Machine(made.id).says(wiebe.cast.clock()))
    with wiebe.cast.runtime.reading() as session:
        row = session.scalars(select(ApiClient)).one()
    assert made.secret not in str(vars(row))


def test_what_a_machine_signed_lets_it_in_once(wiebe: Provider) -> None:
    machine = keyed(wiebe)
    said = machine.says(wiebe.cast.clock())
    assert enters(wiebe, machine.client_id, said)
    assert not enters(wiebe, machine.client_id, said)
    assert enters(wiebe, machine.client_id, machine.says(wiebe.cast.clock()))
    assert not enters(wiebe, OTHER, machine.says(wiebe.cast.clock()))
    assert not wiebe.opens_with(machine.client_id, "")


@ONE_DATABASE
def test_the_same_name_of_two_machines_is_not_twice(wiebe: Provider) -> None:
    now = wiebe.cast.clock()
    for machine in (keyed(wiebe, "Een"), keyed(wiebe, "Twee")):
        assert enters(wiebe, machine.client_id, machine.says(now, jti="1"))


def test_what_is_over_leaves_no_row(wiebe: Provider) -> None:
    machine = keyed(wiebe)
    for _ in range(3):
        assert enters(wiebe, machine.client_id, machine.says(wiebe.cast.clock()))
        wiebe.cast.clock.forward(hours=2)
    with wiebe.cast.runtime.reading() as session:
        asked = select(func.count()).select_from(ApiAssertion)
        assert session.scalars(asked).one() == 1


@ONE_DATABASE
def test_a_machine_of_somebody_else_is_not_theirs(wiebe: Provider) -> None:
    bea = Provider.wiebe(wiebe.cast, WIND, "bea")
    bea.becomes_one(Channel.API)
    machine, made = keyed(bea), bea.machine()
    assert not enters(wiebe, machine.client_id, machine.says(wiebe.cast.clock()))
    assert not wiebe.opens_with(made.id, made.secret)
    actor = wiebe.actor
    with wiebe.cast.runtime.transaction() as session:
        clients = ApiClients.of(session, wiebe.cast.runtime)
        for deed in (clients.one, clients.renew, clients.end):
            with pytest.raises(NotFound):
                deed(actor, made.id)
    assert bea.opens_with(made.id, made.secret)


@ONE_DATABASE
def test_a_renewal_ends_at_once_what_was_before(wiebe: Provider) -> None:
    made = wiebe.machine()
    again = renewed(wiebe, made.id, by_key=False)
    assert not wiebe.opens_with(made.id, made.secret)
    assert wiebe.opens_with(made.id, again.secret)
    renewed(wiebe, made.id, by_key=True)
    assert not wiebe.opens_with(made.id, again.secret)
    now, machine = wiebe.cast.clock(), Machine(made.id, RSA, "RS256")
    assert not enters(wiebe, made.id, Machine(made.id).says(now))
    assert enters(wiebe, made.id, machine.says(now))
    last = renewed(wiebe, made.id, by_key=False)
    assert not enters(wiebe, made.id, machine.says(now))
    assert wiebe.opens_with(made.id, last.secret)


@pytest.mark.parametrize("end", [State.SUSPENDED, State.ENDED])
def test_no_machine_outlives_what_its_contract_gives(
    wiebe: Provider, end: State
) -> None:
    made, machine = wiebe.machine(), keyed(wiebe)
    wiebe.is_told(end, reason="Klachten.")
    assert not wiebe.opens_with(made.id, made.secret)
    assert not enters(wiebe, machine.client_id, machine.says(wiebe.cast.clock()))
    with pytest.raises(NotFound):
        wiebe.machine()
    if end is State.SUSPENDED:
        wiebe.is_told(State.ACTIVE)
        assert wiebe.opens_with(made.id, made.secret)


@ONE_DATABASE
def test_an_ended_machine_gets_nothing(wiebe: Provider) -> None:
    made, machine, actor = wiebe.machine(), keyed(wiebe), wiebe.actor
    with wiebe.cast.runtime.transaction() as session:
        clients = ApiClients.of(session, wiebe.cast.runtime)
        assert len(clients.known(actor)) == 2
        for client_id in (made.id, machine.client_id):
            clients.end(actor, client_id)
        assert clients.known(actor) == []
    assert not wiebe.opens_with(made.id, made.secret)
    assert not enters(wiebe, machine.client_id, machine.says(wiebe.cast.clock()))


@ONE_DATABASE
def test_ten_machines_are_enough(wiebe: Provider) -> None:
    for number in range(MOST):
        wiebe.machine(f"Machine {number}")
    with pytest.raises(Conflict, match="al tien"):
        wiebe.machine()


@ONE_DATABASE
def test_only_who_may_manage_and_only_with_the_api(wiebe: Provider) -> None:
    bea = Provider.wiebe(wiebe.cast, WIND, "bea")
    bea.becomes_one(Channel.PORTAL)
    with pytest.raises(NotFound):
        bea.machine()
    with wiebe.cast.runtime.transaction() as session:
        for membership in session.scalars(select(Membership)):
            membership.rank = Rank.VIEWER
    with pytest.raises(Forbidden):
        wiebe.machine()


def test_a_contract_that_is_forgotten_takes_what_its_machines_said_along(
    wiebe: Provider,
) -> None:
    machine = keyed(wiebe)
    assert enters(wiebe, machine.client_id, machine.says(wiebe.cast.clock()))
    wiebe.does("end")
    wiebe.cast.clock.forward(days=10 * 366 + 1)
    assert wiebe.cast.tick("contracts.forget") == 1
    with wiebe.cast.runtime.reading() as session:
        assert session.scalars(select(ApiAssertion)).all() == []
