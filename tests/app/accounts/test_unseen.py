"""Known by an issuer: under each master key, until nobody comes any more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.accounts.models import Account, ExternalIdentity
from app.accounts.service_external import Externals, Known
from app.accounts.service_sessions import Sessions
from app.accounts.service_unseen import UNSEEN
from app.kernel.clock import ClockWatch
from app.keyring import Keyring
from app.runtime import Runtime
from identity import Identity
from jobs.runner import run, ticks
from storage.keys import MasterKeys
from tests.cast import Cast
from tests.databases import ONE_DATABASE

NETWORK = "192.0.2.0"
SEEN = "eid"
WIEBE = Identity(
    "wiebe-at-eid",
    "Wiebe",
    "Maes",
    datetime(2026, 10, 26, tzinfo=UTC),
    national_number="85073003328",
)


def under(runtime: Runtime, *ids: str) -> Runtime:
    """The same house with these master keys; the first one makes."""
    master = MasterKeys({key_id: key_id.encode() * 16 for key_id in ids})
    return replace(runtime, keyring=Keyring(master))


def comes(runtime: Runtime, identity: Identity = WIEBE, issuer: str = SEEN) -> int:
    """Whose account it is for whoever signs in."""
    with runtime.transaction() as session:
        known = Externals.of(session, runtime).came(issuer, identity, NETWORK)
        assert isinstance(known, Known)
        Sessions.of(session, runtime).open(
            known.account_id, address="192.0.2.1", agent="", device=""
        )
    return known.account_id


def ties(runtime: Runtime) -> list[ExternalIdentity]:
    with runtime.reading() as session:
        asked = select(ExternalIdentity).order_by(ExternalIdentity.id)
        return list(session.scalars(asked))


def test_who_comes_under_a_new_master_key_is_who_they_were(cast: Cast) -> None:
    old, both = under(cast.runtime, "aa"), under(cast.runtime, "bb", "aa")
    wiebe = comes(old)
    assert [tie.key_id for tie in ties(old)] == ["aa"]
    assert comes(both) == wiebe
    assert [tie.key_id for tie in ties(both)] == ["bb"], "renewed as they came in"
    assert comes(under(cast.runtime, "bb")) == wiebe


def test_another_issuer_knows_them_by_a_number_under_the_former_key(
    cast: Cast,
) -> None:
    wiebe = comes(under(cast.runtime, "aa"))
    at_itsme = replace(WIEBE, subject="wiebe-at-itsme")
    assert comes(under(cast.runtime, "bb", "aa"), at_itsme, "itsme") == wiebe
    told = [(tie.provider, tie.key_id) for tie in ties(cast.runtime)]
    assert told == [("eid", "aa"), ("itsme", "bb")]


def test_without_the_key_that_knew_them_they_are_new(cast: Cast) -> None:
    wiebe = comes(under(cast.runtime, "aa"))
    assert comes(under(cast.runtime, "bb")) != wiebe


def test_who_did_not_come_for_four_years_is_nobody_any_more(cast: Cast) -> None:
    wiebe = comes(cast.runtime)
    cast.clock.forward(seconds=UNSEEN.total_seconds())
    assert cast.tick("accounts.unseen") == 0
    cast.clock.forward(seconds=1)
    assert cast.tick("accounts.unseen") == 1
    assert cast.audited("account.forget") == [("account.forget", "energiepost")]
    assert ties(cast.runtime) == []
    with cast.runtime.reading() as session:
        row = session.get_one(Account, wiebe)
    assert (row.name, row.email, row.mobile, row.password_hash) == ("", "", "", None)
    assert row.login == f"vergeten.{wiebe}"
    assert comes(cast.runtime) != wiebe


def test_coming_in_counts_from_then_on(cast: Cast) -> None:
    wiebe = comes(cast.runtime)
    for _ in range(2):
        cast.clock.forward(days=1000)
        assert comes(cast.runtime) == wiebe
        assert cast.tick("accounts.unseen") == 0


def test_managers_colleagues_and_who_is_blocked_stay(cast: Cast) -> None:
    cast.everybody()
    wiebe = comes(cast.runtime)
    with cast.runtime.transaction() as session:
        session.get_one(Account, wiebe).blocked_at = cast.clock()
    cast.clock.forward(days=9 * 366)
    assert cast.tick("accounts.unseen") == 0


@ONE_DATABASE
@pytest.mark.parametrize("tick", ["accounts.unseen", "organisations.forget"])
def test_a_clock_that_ran_away_forgets_nobody(cast: Cast, tick: str) -> None:
    comes(cast.runtime)
    stopped = replace(cast.runtime, watch=ClockWatch(cast.clock, lambda: 0.0))
    cast.clock.forward(days=9 * 366)
    assert run(stopped, ticks()[tick]) == 0
    assert len(ties(cast.runtime)) == 1
