"""Who may open and send what in Mijn Fluvius: each address, role and rank."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from app.connections.service import EanLists, Keeper
from app.contracts.rules import Channel
from app.kernel.ean import Ean
from app.organisations.models import Membership
from app.organisations.rules import Rank
from app.web.guards import USER
from tests.cast import Cast
from tests.databases import ONE_DATABASE
from tests.providers import Provider
from tests.visitor import SITE, Visitor

pytestmark = ONE_DATABASE
Visit = Callable[[], Visitor]
CHOOSE = "/organisatie/kiezen"

# whatever is not named here is open to who may only look
MANAGES = {
    "becoming.begin",
    "becoming.cancel",
    "becoming.cancelled",
    "becoming.channel",
    "becoming.choose",
    "change.change",
    "change.index",
    "clients.end",
    "clients.index",
    "clients.make",
    "clients.renew",
    "clients.show",
    "connections.add",
    "connections.remove",
    "services.end",
    "services.ended",
    "services.wish",
    "signing.hand_in",
    "signing.insist",
    "signing.sign",
}
GRANTS = {
    "organisations.change",
    "organisations.grant",
    "organisations.take_back",
    "organisations.withdraw",
}
OF_ONESELF = ("accounts.", "organisations.choose")
VALUES = {
    "client_id": "7f3f4c5e-0000-4000-8000-000000000000",
    "contract_id": "A" * 22,
    "entry_id": 1,
    "invitation_id": 1,
    "membership_id": 1,
}
# what would otherwise be done
FIELDS = {
    "ean": "541449999000000024",
    "email": "bo@zon.example",
    "naam": "Zonadvies Wiebe bv",
    "rang": "viewer",
}
Address = tuple[str, str, str]  # the view, how, where


def addresses(app: Flask) -> Iterator[Address]:
    """Those of an organisation's pages; what looks goes before what changes."""
    site = app.url_map.bind("bestanden.example")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if vars(view).get("__guard__") != USER or rule.endpoint.startswith(OF_ONESELF):
            continue
        values = {name: VALUES[name] for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, site.build(rule.endpoint, values, method)


def ask(person: Visitor, address: Address, token: str) -> int:
    _view, method, path = address
    data = {"csrf_token": token, **FIELDS} if method == "POST" else None
    person.page = person.client.open(path, base_url=SITE, method=method, data=data)
    return person.page.status_code


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    """Of a provider with machines, a list and colleagues that could be lost."""
    provider = Provider.wiebe(cast)
    provider.becomes_one(Channel.API)
    actor = provider.actor
    with cast.runtime.transaction() as session:
        keeper = Keeper(actor.account_id, actor.login, actor.card)
        EanLists.of(session, cast.runtime).add(keeper, Ean("541449999000000017"))
    return provider


def ranked(cast: Cast, rank: Rank) -> None:
    with cast.runtime.transaction() as session:
        session.execute(update(Membership).values(rank=rank))


@pytest.mark.parametrize("rank", [Rank.VIEWER, Rank.MANAGER])
def test_a_rank_does_nothing_beyond_it(
    app: Flask, cast: Cast, wiebe: Provider, visitor: Visit, rank: Rank
) -> None:
    person = wiebe.comes_in(visitor())
    ranked(cast, rank)
    person.open("/poortbeheer/")
    token, before = person.token(), cast.audited()
    beyond = GRANTS if rank is Rank.MANAGER else GRANTS | MANAGES
    refused = [one for one in addresses(app) if one[0] in beyond]
    assert {view for view, _how, _where in refused} == beyond
    for address in refused:
        assert ask(person, address, token) in {403, 404}, address
        assert "<h1" in getattr(person.page, "text", ""), address
    assert cast.audited() == before
    assert wiebe.is_provider


@pytest.mark.parametrize("rank", Rank)
def test_a_rank_looks_at_whatever_is_open_to_it(
    app: Flask, cast: Cast, wiebe: Provider, visitor: Visit, rank: Rank
) -> None:
    person = wiebe.comes_in(visitor())
    ranked(cast, rank)
    beyond = MANAGES if rank is Rank.VIEWER else set()
    for address in addresses(app):
        if address[1] == "GET" and address[0] not in beyond:
            assert ask(person, address, "") in {200, 303, 404}, address


def test_who_acts_for_nobody_is_sent_to_choose_or_finds_nothing(
    app: Flask, wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    person.open(CHOOSE)
    person.submit(CHOOSE, {"kbo": ""})
    person.open("/poortbeheer/")
    token = person.token()
    for address in addresses(app):
        if not address[0].startswith("connections."):  # a list of one's own
            status = ask(person, address, token)
            assert status in {303, 404, 422}, address
            assert (
                status != 303
                or person.page is None
                or (person.page.location.startswith("/organisatie/kiezen"))
            )
    assert wiebe.is_provider


@pytest.mark.parametrize("role", ["uploader", "releaser", "auditor", "admin"])
def test_colleagues_have_no_part_in_it(
    app: Flask, colleague: Callable[[str], Visitor], role: str
) -> None:
    sam = colleague(role)
    sam.open("/profiel")
    token = sam.token()
    for address in addresses(app):
        assert ask(sam, address, token) == 403, address


def test_managers_of_communities_have_no_part_in_it(
    app: Flask, an_with: Callable[[dict[str, bytes]], Visitor]
) -> None:
    an = an_with({})
    an.open("/profiel")
    token = an.token()
    for address in addresses(app):
        assert ask(an, address, token) == 403, address


def test_providers_have_no_part_in_what_others_do(
    app: Flask, wiebe: Provider, visitor: Visit
) -> None:
    person = wiebe.comes_in(visitor())
    person.open("/poortbeheer/")
    token = person.token()
    for rule in app.url_map.iter_rules():
        guard = vars(app.view_functions[rule.endpoint]).get("__guard__", USER)
        if guard and not guard & USER and not rule.arguments:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                address = (rule.endpoint, method, rule.rule)
                assert ask(person, address, token) == 403, address
