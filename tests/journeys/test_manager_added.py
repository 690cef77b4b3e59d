"""One more manager for a community, typed by an admin: the rules of a register hold."""

from collections.abc import Callable

import pytest

from tests.cast import BO, NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

Colleague = Callable[[str], Visitor]
PAGE = f"/beheer/gemeenschappen/{NOORD}/beheerders/nieuw"
ELS = {
    "login": "Els.Claes",
    "naam": "Els Claes",
    "email": "els@noord.example",
    "gsm": "0472 00 11 22",
    "nagekeken": "y",
}


@pytest.fixture
def lies(cast: Cast, colleague: Colleague) -> Visitor:
    """Lies is admin, at the page."""
    cast.everybody()
    lies = colleague("admin")
    lies.open(PAGE)
    return lies


def test_a_newcomer_sees_the_community_and_is_told_with_the_next_files(
    lies: Visitor, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    cast.publish({correction(NOORD): b"van Noord"})
    assert lies.submit(PAGE, ELS).status_code == 303
    lies.follow()
    assert "Els Claes is nu beheerder" in lies.text
    assert "2 beheerders" in lies.text
    assert ("community.add_manager", "admin.claes") in cast.audited("community.")
    assert cast.mails("els@noord.example") == []
    cast.publish({correction(NOORD, version=2): b"van nu"})
    els = visitor()
    initial = cast.initial_password("els@noord.example")
    els.first_sign_in(cast, "els.claes", initial, "+32472001122")
    els.open("/bestanden/")
    assert "2 nieuwe bestanden" in els.text


def test_who_manages_another_community_keeps_login_and_data(
    lies: Visitor, cast: Cast
) -> None:
    _zuid, _name, login, name, email, mobile = BO.split(";")
    bo = {"login": login, "naam": name, "email": email, "gsm": mobile}
    assert lies.submit(PAGE, {**ELS, **bo}).status_code == 303
    lies.open(f"/beheer/gemeenschappen/?zoek={login}")
    assert NOORD in lies.text
    assert ZUID in lies.text


@ONE_DATABASE
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "an.peeters"}, "An Peeters beheert deze gemeenschap al."),
        ({"login": "bo.maes"}, "De login bo.maes bestaat al, met andere gegevens."),
        ({"login": "sam.claes"}, "De login sam.claes bestaat al, met andere"),
        ({"login": "x"}, "De login 'x' klopt niet"),
        ({"naam": ""}, "Vul de naam in."),
        ({"email": "els"}, "Het e-mailadres ontbreekt of klopt niet."),
        ({"gsm": "09 123 45 67"}, "Het gsm-nummer is geen geldig Belgisch"),
        ({"gsm": "0471 33 44 55"}, "hoort al bij een andere beheerder"),
        ({"nagekeken": ""}, "Bevestig dat je de aanvraag nagekeken hebt."),
    ],
)
def test_what_a_register_would_refuse_or_change_is_refused_here(
    changes: dict[str, str], said: str, lies: Visitor, cast: Cast
) -> None:
    before = cast.audited("")
    assert lies.submit(PAGE, {**ELS, **changes}).status_code == 422
    assert said in lies.text
    assert cast.audited("") == before


@ONE_DATABASE
def test_a_community_that_is_not_there_gets_nobody(lies: Visitor) -> None:
    assert lies.open(PAGE.replace(NOORD, "EG9999999")).status_code == 404
