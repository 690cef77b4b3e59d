"""Lists of EAN codes on both databases: whose they are, and with whom they go."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.accounts.service_unseen import UNSEEN
from app.connections.models import ListedEan
from app.connections.rules import MOST, Added
from app.connections.service import EanLists, Keeper
from app.kernel.ean import Ean
from app.kernel.errors import Forbidden
from app.kernel.kbo import Kbo
from app.organisations.models import Organisation
from app.organisations.service import Claim, OrganisationCard, Organisations, Rank
from tests.cast import Cast
from tests.citizens import known
from tests.databases import ONE_DATABASE

EAN = Ean("541449999000000017")
ZON = Claim(Kbo("0123456749"), "Zonadvies Wiebe bv")


def add(cast: Cast, keeper: Keeper, ean: Ean = EAN) -> Added:
    with cast.runtime.transaction() as session:
        return EanLists.of(session, cast.runtime).add(keeper, ean)


def listed(cast: Cast) -> int:
    with cast.runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(ListedEan)) or 0


def enrolled(cast: Cast) -> OrganisationCard:
    """An organisation as one who may only look knows it."""
    with cast.runtime.transaction() as session:
        return Organisations.of(session, cast.runtime).enrol([ZON])[ZON.kbo]


def test_two_windows_put_a_code_on_the_list_once(cast: Cast) -> None:
    keeper = Keeper(known(cast), "eid.wiebe")
    together, outcomes = Barrier(2), list[Added]()

    def press() -> None:
        together.wait()
        outcomes.append(add(cast, keeper))

    windows = [Thread(target=press) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert set(outcomes) == {Added.NOW, Added.BEFORE}
    assert listed(cast) == 1
    assert len(cast.audited("connection.list")) == 1


def test_a_full_list_takes_no_more(cast: Cast) -> None:
    keeper = Keeper(known(cast), "eid.wiebe")
    with cast.runtime.transaction() as session:
        session.add_all(
            ListedEan(
                account_id=keeper.account_id,
                ean=Ean.from_body(f"5414499990000{number:04}").digits,
                added_at=cast.clock(),
            )
            for number in range(10, 10 + MOST)
        )
    assert add(cast, keeper) is Added.FULL
    assert listed(cast) == MOST


@ONE_DATABASE
def test_who_may_only_look_changes_nothing(cast: Cast) -> None:
    viewer = Keeper(known(cast), "eid.wiebe", enrolled(cast))
    assert viewer.card
    assert viewer.card.rank is Rank.VIEWER
    with pytest.raises(Forbidden):
        add(cast, viewer)
    with cast.runtime.transaction() as session, pytest.raises(Forbidden):
        EanLists.of(session, cast.runtime).remove(viewer, 1)


def test_a_list_goes_with_whose_it_is(cast: Cast) -> None:
    account_id, card = known(cast), enrolled(cast)
    with cast.runtime.transaction() as session:
        for owner in ({"account_id": account_id}, {"organisation_id": card.id}):
            session.add(ListedEan(ean=EAN.digits, added_at=cast.clock(), **owner))
    with cast.runtime.transaction() as session:
        session.execute(delete(Account).where(Account.id == account_id))
    assert listed(cast) == 1
    with cast.runtime.transaction() as session:
        session.execute(delete(Organisation).where(Organisation.id == card.id))
    assert listed(cast) == 0


@pytest.mark.parametrize("both", [True, False])
def test_a_list_is_of_one_and_not_of_two_or_nobody(cast: Cast, both: bool) -> None:  # noqa: FBT001
    account_id, card = known(cast), enrolled(cast)
    owners = {"account_id": account_id, "organisation_id": card.id} if both else {}
    with pytest.raises(IntegrityError), cast.runtime.transaction() as session:
        session.add(ListedEan(ean=EAN.digits, added_at=cast.clock(), **owners))


def test_the_list_of_who_is_forgotten_goes_and_no_other(cast: Cast) -> None:
    wiebe, bea = known(cast), known(cast, "eid.bea")
    for person in (wiebe, bea):
        add(cast, Keeper(person, "somebody"))
    cast.tick("connections.forget")
    assert listed(cast) == 2
    cast.clock.forward(seconds=UNSEEN.total_seconds() + 1)
    with cast.runtime.transaction() as session:
        session.get_one(Account, bea).last_sign_in_at = cast.clock()
    cast.tick("accounts.unseen")
    cast.tick("connections.forget")
    assert listed(cast) == 1
