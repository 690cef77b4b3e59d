"""To whom an administrator gives access: not to all the world on one day."""

from datetime import timedelta

import pytest

from app.kernel.errors import Throttled
from app.organisations.rules import A_DAY, GRANTS_A_DAY, Rank
from app.organisations.service_access import Access
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import Provider

pytestmark = ONE_DATABASE


def gives(who: Provider, *emails: str) -> None:
    actor, runtime = who.actor, who.cast.runtime
    with runtime.transaction() as session:
        access = Access.of(session, runtime)
        for email in emails:
            access.grant(actor.card, email, Rank.VIEWER, by=actor.account_id)


def test_an_organisation_has_us_write_so_many_letters_a_day_and_no_more(
    cast: Cast,
) -> None:
    wiebe, bea = Provider.wiebe(cast), Provider.wiebe(cast, WIND, "bea")
    gives(wiebe, *(f"a{number}@zon.example" for number in range(GRANTS_A_DAY)))
    cast.clock.now += A_DAY - timedelta(seconds=1)
    with pytest.raises(Throttled) as refused:
        gives(wiebe, "tom@zon.example")
    assert refused.value.after == 1
    assert cast.mails("tom@zon.example") == []
    gives(bea, "tom@zon.example")
    cast.clock.forward(seconds=1)
    gives(wiebe, "tom@zon.example")
    assert len(cast.mails("tom@zon.example")) == 2
