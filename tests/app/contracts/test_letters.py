"""Letters about a contract: at each step, to who may do something about it."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.contracts.rules import State
from app.organisations.models import Membership
from app.organisations.rules import Rank, Source
from notifier import Email
from tests.cast import Cast
from tests.citizens import WIND
from tests.databases import ONE_DATABASE
from tests.providers import Provider

pytestmark = ONE_DATABASE
WIEBE, MIA = "wiebe@zon.example", "mia@zon.example"


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def joins(wiebe: Provider, rank: Rank, login: str = "mia") -> None:
    """Somebody whom an administrator of the organisation let in."""
    person = Account(
        login=login, role="user", name="Mia Peeters", email=f"{login}@zon.example",
        mobile="", created_at=wiebe.cast.clock(),
    )  # fmt: skip
    organisation_id = wiebe.actor.card.id
    with wiebe.cast.runtime.transaction() as session:
        session.add(person)
        session.flush()
        session.add(
            Membership(
                organisation_id=organisation_id,
                account_id=person.id,
                rank=rank,
                source=Source.GRANTED,
                since=wiebe.cast.clock(),
            )
        )


def leaves(wiebe: Provider) -> None:
    """Wiebe's function ended."""
    theirs = select(Account.id).where(Account.login == "wiebe").scalar_subquery()
    gone = update(Membership).where(Membership.account_id == theirs)
    with wiebe.cast.runtime.transaction() as session:
        session.execute(gone.values(ended_at=wiebe.cast.clock()))


def waits(wiebe: Provider) -> Provider:
    wiebe.requests()
    wiebe.chooses()
    wiebe.hands_in()
    return wiebe


def subjects(mails: list[Email]) -> list[str]:
    return [mail.subject for mail in mails]


def test_every_step_has_its_letter(wiebe: Provider) -> None:
    wiebe.becomes_one()
    wiebe.is_told(State.SUSPENDED, reason="Klachten van klanten.")
    wiebe.is_told(State.ACTIVE)
    wiebe.does("end")
    mails = wiebe.cast.mails(WIEBE)
    assert subjects(mails) == [
        "Aanvraag om energiedienstverlener te worden",
        "Je datatoegangscontract ligt klaar om te ondertekenen",
        "Je aanvraag als energiedienstverlener is ingediend",
        "Je datatoegangscontract is actief",
        "Je datatoegangscontract is geschorst",
        "De schorsing van je datatoegangscontract is opgeheven",
        "Je datatoegangscontract is opgezegd",
    ]
    assert "Reden: Klachten van klanten." in mails[4].text
    assert wiebe.contract is not None
    for mail in mails:
        assert f"Contractnummer: {wiebe.contract.number}" in mail.text
        assert "Datum: 26/10/2026" in mail.text
        assert "Zonadvies Wiebe bv" in " ".join(mail.text.split())
        assert "Zonadvies Wiebe bv" in " ".join(mail.html.split())


def test_cancelling_and_refusing_have_theirs(wiebe: Provider) -> None:
    wiebe.requests()
    wiebe.does("cancel")
    waits(wiebe).is_told(State.REFUSED, reason="Pagina 2 ontbreekt.")
    mails = wiebe.cast.mails(WIEBE)
    assert subjects(mails)[1::4] == [
        "Je aanvraag als energiedienstverlener is geannuleerd",
        "Je aanvraag als energiedienstverlener is geweigerd",
    ]
    assert "geannuleerd door Wiebe Maes." in " ".join(mails[1].text.split())


def test_the_name_of_an_organisation_is_text_also_in_html(wiebe: Provider) -> None:
    other = Provider.wiebe(
        wiebe.cast, replace(WIND, name="Wind <b>&</b> Zon cv"), "bea"
    )
    other.requests()
    (mail,) = wiebe.cast.mails("bea@zon.example")
    assert "Wind <b>&</b> Zon cv" in " ".join(mail.text.split())
    assert "Wind &lt;b&gt;&amp;&lt;/b&gt; Zon cv" in " ".join(mail.html.split())


def test_who_goes_back_to_choose_otherwise_gets_one_letter_for_it(
    wiebe: Provider,
) -> None:
    wiebe.requests()
    wiebe.chooses()
    wiebe.chooses()
    assert len(wiebe.cast.mails(WIEBE)) == 3


def test_all_who_may_manage_read_it_and_who_only_looks_does_not(
    wiebe: Provider,
) -> None:
    joins(wiebe, Rank.MANAGER)
    joins(wiebe, Rank.VIEWER, "vic")
    wiebe.requests()
    (mail,) = wiebe.cast.mails(MIA)
    assert mail.name == "Mia Peeters"
    assert "aangevraagd door Wiebe Maes" in " ".join(mail.text.split())
    assert wiebe.cast.mails("vic@zon.example") == []


def test_who_asked_and_left_reads_nothing_more(wiebe: Provider) -> None:
    joins(wiebe, Rank.ADMINISTRATOR)
    contract = waits(wiebe).contract
    assert contract is not None
    leaves(wiebe)
    wiebe.decided(contract.id, State.ACTIVE)
    assert len(wiebe.cast.mails(WIEBE)) == 3
    assert len(wiebe.cast.mails(MIA)) == 4


def test_who_asked_and_may_only_look_since_still_reads_it(wiebe: Provider) -> None:
    waits(wiebe)
    with wiebe.cast.runtime.transaction() as session:
        session.scalars(select(Membership)).one().rank = Rank.VIEWER
    wiebe.is_told(State.ACTIVE)
    assert len(wiebe.cast.mails(WIEBE)) == 4


def test_with_nobody_left_whoever_asked_is_better_than_nobody(
    wiebe: Provider,
) -> None:
    contract = waits(wiebe).contract
    assert contract is not None
    leaves(wiebe)
    wiebe.decided(contract.id, State.REFUSED, reason="Niemand meer bereikbaar.")
    assert subjects(wiebe.cast.mails(WIEBE))[-1].endswith("is geweigerd")


def test_an_organisation_without_any_address_stops_no_decision(
    wiebe: Provider,
) -> None:
    with wiebe.cast.runtime.transaction() as session:
        session.scalars(select(Account)).one().email = ""
    waits(wiebe).is_told(State.ACTIVE)
    assert wiebe.is_provider
    assert wiebe.cast.mails(WIEBE) == []
