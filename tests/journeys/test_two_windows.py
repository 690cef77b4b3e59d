"""Two windows of one browser: a form acts for whom its page was, or not at all."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.contracts.rules import Channel
from app.organisations.rules import Claim
from app.organisations.service import Organisations
from app.web.guards import USER
from tests.cast import Cast
from tests.citizens import WIND, ZON
from tests.databases import ONE_DATABASE
from tests.providers import Provider
from tests.visitor import SITE, Visitor

Visit = Callable[[], Visitor]
OF_ONESELF = ("accounts.", "organisations.choose_post")
SAID = "Deze pagina was van een andere organisatie"


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    """Who may act for two, the first of which is a provider."""
    provider = Provider.wiebe(cast)
    provider.becomes_one(Channel.API)
    return provider


@pytest.fixture
def person(wiebe: Provider, visitor: Visit) -> Visitor:
    """At a browser, for the first; the second stands in the KBO as well."""
    person = wiebe.comes_in(visitor())
    take_in(wiebe, ZON, WIND)
    return person


def take_in(wiebe: Provider, *claims: Claim) -> None:
    with wiebe.cast.runtime.transaction() as session:
        organisations = Organisations.of(session, wiebe.cast.runtime)
        account = organisations.accounts.find(wiebe.login)
        assert account is not None
        organisations.take_in(account.id, claims)


def switch(person: Visitor, claim: Claim) -> None:
    person.open("/organisatie/kiezen")
    person.submit("/organisatie/kiezen", {"kbo": str(claim.kbo)})
    person.follow()


def send(person: Visitor, path: str, token: str) -> int:
    """A form with a file, so that views which read theirs late get one as well."""
    data = {"csrf_token": token, "bestand": (BytesIO(b"%PDF-1.7"), "x.pdf")}
    person.page = person.client.post(path, base_url=SITE, data=data)
    return person.page.status_code


def forms(app: Flask) -> list[Rule]:
    """Every address at which somebody of an organisation changes something."""
    views = app.view_functions
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and vars(views[rule.endpoint]).get("__guard__") == USER
        and not rule.endpoint.startswith(OF_ONESELF)
    ]


def path_of(rule: Rule) -> str:
    """An address of that kind, of something that is not there."""
    built = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
    assert built is not None
    return built[1]


@ONE_DATABASE
def test_no_form_acts_for_the_organisation_of_another_window(
    app: Flask, person: Visitor
) -> None:
    person.open("/organisatie/toegang")
    of_zon = person.token()
    switch(person, WIND)
    assert len(forms(app)) >= 8
    for rule in forms(app):
        assert send(person, path_of(rule), of_zon) == 409, rule
        assert SAID in person.text, rule
        assert "intussen handel je voor Windkracht cv" in person.text


def test_what_was_meant_for_one_is_not_done_for_the_other(
    wiebe: Provider, person: Visitor
) -> None:
    person.open("/diensten/opzeggen")
    of_zon = person.token()
    switch(person, WIND)
    fields = {"csrf_token": of_zon, "naam": ZON.name}
    assert person.submit("/diensten/opzeggen", fields).status_code == 409
    switch(person, ZON)
    assert person.submit("/diensten/opzeggen", fields).status_code == 303
    take_in(wiebe, ZON)
    assert not wiebe.is_provider


@ONE_DATABASE
def test_the_head_calls_the_organisation_that_was_chosen_elsewhere(
    wiebe: Provider, person: Visitor
) -> None:
    person.open("/diensten/")
    assert "Je handelt voor: Zonadvies Wiebe bv" in person.text
    switch(person, WIND)
    person.open("/diensten/")
    assert "Je handelt voor: Windkracht cv" in person.text
    take_in(wiebe, ZON)  # the function ended at a sign-in in another browser
    person.open("/diensten/")
    person.open("/profiel")
    assert "Windkracht cv" not in person.text


@ONE_DATABASE
def test_forms_of_oneself_know_no_organisation(person: Visitor) -> None:
    person.open("/diensten/")
    of_zon = person.token()
    switch(person, WIND)
    fields = {"csrf_token": of_zon}
    assert person.submit("/afmelden", fields).status_code == 303
