"""The first time: an initial password that works once, then an own one."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.runtime import Runtime
from tests.cast import (
    AN_MOBILE,
    NOORD,
    PASSWORD,
    SAM_MOBILE,
    STAFF_PASSWORD,
    Cast,
    correction,
    other,
)
from tests.databases import ONE_DATABASE
from tests.visitor import WRONG, U, Visitor

Arrive = Callable[[], Visitor]


def account(runtime: Runtime) -> Account:
    an = select(Account).where(Account.login == "an.peeters")
    with runtime.reading() as session:
        return session.scalars(an).one()


# the initial password --------------------------------------------------------


@pytest.mark.parametrize(
    "typed", [str.upper, lambda p: p.replace("-", ""), lambda p: f" {p} "]
)
def test_the_initial_password_counts_with_or_without_dashes_in_either_case(
    an: str, visitor: Arrive, typed: Callable[[str], str]
) -> None:
    assert visitor().type_password("an.peeters", typed(an)) == 303


def test_the_initial_password_may_be_typed_again_until_the_own_one_is_real(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    for _ in range(3):
        assert her.type_password("an.peeters", an) == 303
        her.follow()
        her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert visitor().type_password("an.peeters", an) == 401
    assert visitor().type_password("an.peeters", PASSWORD) == 303


def test_after_seven_days_only_who_has_the_initial_password_hears_that_it_is_over(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    cast.clock.forward(days=7)
    her = visitor()
    assert her.type_password("an.peeters", an) == 401
    assert "Dit initieel wachtwoord is niet meer geldig." in her.text
    assert her.type_password("an.peeters", "iets helemaal anders") == 401
    assert WRONG in her.text
    assert "initieel wachtwoord is" not in her.text


def test_who_has_only_the_first_mail_sets_nothing_and_locks_nobody_out(
    an: str, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    before = account(runtime)
    thief, her = visitor(), visitor()
    thief.type_password("an.peeters", an)
    thief.follow()
    thief.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "van de dief, ha ha"})
    for _ in range(5):
        assert thief.enter(other(cast.code(AN_MOBILE))) == 401
    after = account(runtime)
    assert after.password_hash is None
    assert after.initial_mac == before.initial_mac
    assert not cast.mails("an@noord.example"), "nothing changed, nothing to tell"

    her.first_sign_in(cast, "an.peeters", an)
    assert her.is_in()
    assert visitor().type_password("an.peeters", "van de dief, ha ha") == 401
    thief.open("/aanmelden/code")
    assert thief.follow().request.path == "/aanmelden", "the thief's way is over"


def test_an_own_password_held_back_by_another_sign_in_dies_with_it(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    slow, quick = visitor(), visitor()
    slow.type_password("an.peeters", an)
    slow.follow()
    quick.first_sign_in(cast, "an.peeters", an)
    late = slow.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "veel te laat nu"})
    assert late.headers["Location"] == "/aanmelden"
    assert len(cast.sms.texts) == 1


# the own password ------------------------------------------------------------


@ONE_DATABASE
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("", "Vul een wachtwoord in."),
        ("negenjaar", "Het wachtwoord telt 9 tekens. Gebruik er minstens 12."),
        ("x" * 129, "Het wachtwoord is te lang. Gebruik hoogstens 128 tekens."),
        ("x" * 1025, "Dit is te lang."),
        ("passwordpassword", "Dit wachtwoord komt voor in lijsten met gelekte"),
        ("An.Peeters-2026!", "Gebruik niet uw login of de naam van uw gemeenschap."),
        ("Zonnedelen Noord cv", "Gebruik niet uw login of de naam van uw gemeenschap."),
        ("INITIAL", "Kies een ander wachtwoord dan het initieel wachtwoord."),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(
    an: str, visitor: Arrive, wanted: str, sentence: str
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    her.follow()
    wanted = an.replace("-", "").upper() if wanted == "INITIAL" else wanted
    poor = her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": wanted})
    assert poor.status_code == 422
    assert sentence in her.text
    assert "<title>Fout:" in poor.get_data(as_text=True)
    assert not wanted or wanted not in poor.get_data(as_text=True)


@ONE_DATABASE
def test_a_colleague_on_the_way_in_is_called_je(cast: Cast, visitor: Arrive) -> None:
    cast.staff()
    sam = visitor()
    sam.type_password("sam.claes", cast.staff_passwords["sam.claes"])
    sam.follow()
    assert "Kies je eigen wachtwoord" in sam.text
    assert not U.findall(sam.text)
    for typed, status in (("sam.claes sam.claes", 422), (STAFF_PASSWORD, 303)):
        answer = sam.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": typed})
        assert answer.status_code == status
        assert not U.findall(sam.text)
    sam.follow()
    assert "Vul hieronder de verificatiecode in die je per sms kreeg." in sam.text
    assert "Je wachtwoord is opgeslagen." in sam.text
    assert not U.findall(sam.text)


def test_staff_choose_a_longer_password(cast: Cast, visitor: Arrive) -> None:
    cast.staff()
    sam = visitor()
    sam.type_password("sam.claes", cast.staff_passwords["sam.claes"])
    sam.follow()
    assert "Minstens 15 tekens." in sam.text
    sam.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "veertien teken"})
    assert "Het wachtwoord telt 14 tekens. Gebruik er minstens 15." in sam.text
    sam.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "vijftien tekens"})
    sam.type_code(cast, SAM_MOBILE)
    assert sam.is_in()


def test_a_password_typed_on_another_keyboard_is_the_same(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    visitor().first_sign_in(cast, "an.peeters", an, password="Één café aan zee")
    decomposed = "E\u0301e\u0301n cafe\u0301 aan zee"
    assert visitor().type_password("an.peeters", decomposed) == 303


def test_who_never_signed_in_is_led_to_the_initial_password(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    cast.everybody()
    placed = cast.publish({correction(NOORD): b"x"})
    assert cast.initial_password("an@noord.example")
    cast.clock.forward(days=8)  # by now only 'Wachtwoord vergeten?' gets her in
    rein, delivery = colleague("releaser"), f"/beheer/leveringen/{placed.delivery}"
    rein.open(f"{delivery}/verwittigen")
    assert rein.submit(f"{delivery}/verwittigen").status_code == 303
    _first, later = cast.mails("an@noord.example")
    assert "Werkt dat wachtwoord niet meer? Kies 'Wachtwoord vergeten?'" in later.text
    assert "eigen wachtwoord" not in later.text
    cast.settled("an.peeters")
    cast.publish({correction(NOORD, version=2): b"y"})
    assert "uw eigen wachtwoord" in cast.mails("an@noord.example")[-1].text
