"""Another password, by the current one and a code; until then nothing changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Account
from app.accounts.rules import WRONG_IN_A_ROW
from app.runtime import Runtime
from notifier import SendFailed
from tests.cast import (
    AN_MOBILE,
    PASSWORD,
    SAM_MOBILE,
    STAFF_PASSWORD,
    Cast,
    other,
)
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
NEW = "Drie wilgen bij de Schelde"
FORM, CODE = "/profiel/wachtwoord", "/profiel/wachtwoord/code"


@pytest.fixture
def her(settled: None, cast: Cast, visitor: Arrive) -> Visitor:
    """An, who is in."""
    an = visitor()
    an.sign_in(cast, "an.peeters")
    return an


def ask(person: Visitor, *, current: str = PASSWORD, new: str = NEW) -> int:
    """Ask for another password; the status of the answer."""
    person.open(FORM)
    fields = {"huidig_wachtwoord": current, "nieuw_wachtwoord": new}
    return person.submit(FORM, fields).status_code


def finish(person: Visitor, code: str) -> int:
    person.open(CODE)
    return person.submit(CODE, {"code": code}).status_code


def opens(visitor: Arrive, password: str, login: str = "an.peeters") -> bool:
    """Whether somebody with that password is asked for a code."""
    return visitor().type_password(login, password) == 303


def test_another_password_counts_from_the_code_on_and_every_other_browser_is_out(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    elsewhere, halfway = visitor(), visitor()
    elsewhere.sign_in(cast, "an.peeters")
    halfway.type_password("an.peeters", PASSWORD)
    cast.clock.forward(minutes=2)

    assert ask(her) == 303
    assert not opens(visitor, NEW), "it is held back"
    assert elsewhere.is_in()
    former = her.cookie
    assert finish(her, cast.code(AN_MOBILE)) == 303

    her.follow()
    assert "Uw wachtwoord is gewijzigd." in her.text
    assert her.is_in()
    assert not elsewhere.is_in()
    assert halfway.open("/aanmelden/code").headers["Location"] == "/aanmelden"
    copy = visitor()
    copy.show(former)
    assert not copy.is_in(), "the session goes on under another name"
    assert opens(visitor, NEW)
    assert not opens(visitor, PASSWORD)
    subjects = [mail.subject for mail in cast.mails("an@noord.example")]
    assert subjects == ["Uw wachtwoord voor Direct bestanden is gewijzigd"]
    assert cast.audited("account.password") == [("account.password", "an.peeters")]


def test_one_code_posted_by_ten_at_once_makes_one_change_and_leaves_her_in(
    her: Visitor, cast: Cast, app: Flask
) -> None:
    ask(her)
    her.open(CODE)
    fields = {"csrf_token": her.token(), "code": cast.code(AN_MOBILE)}
    cookie, gate = her.cookie, Barrier(10)

    def post(_number: int) -> str:
        browser = Visitor(app.test_client())
        browser.show(cookie)
        gate.wait()
        browser.client.post(CODE, base_url=SITE, data=fields)
        return browser.cookie

    with ThreadPoolExecutor(10) as pool:
        cookies = set(pool.map(post, range(10)))
    living = []
    for kept in cookies:
        her.show(kept)
        living.append(her.is_in())
    assert living.count(True) == 1
    assert len(cast.mails("an@noord.example")) == 1
    assert len(cast.audited("account.password")) == 1


def test_a_wrong_current_password_counts_like_one_at_the_door(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    sent = len(cast.sms.to(AN_MOBILE))
    answers = [ask(her, current="Vijf beuken in het Zoniënwoud") for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert her.page
    assert int(her.page.headers["Retry-After"]) >= 1
    assert "U kunt opnieuw proberen na" in her.text
    assert len(cast.sms.to(AN_MOBILE)) == sent
    cast.clock.forward(minutes=1)
    assert ask(her) == 303, "and the right one forgives"


def test_after_a_hundred_wrong_ones_the_right_one_does_not_count_either(
    her: Visitor, runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        session.execute(update(Account).values(wrong_in_a_row=WRONG_IN_A_ROW))
    assert ask(her) == 401
    assert "Dit wachtwoord is uitgeschakeld" in her.text


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("kort", "Het wachtwoord telt 4 tekens. Gebruik er minstens 12."),
        ("an.peeters an.peeters", "Gebruik niet uw login"),
        (PASSWORD, "Kies een ander wachtwoord dan het huidige."),
    ],
)
def test_a_new_password_must_be_good_and_new(
    her: Visitor, cast: Cast, new: str, said: str
) -> None:
    sent = len(cast.sms.to(AN_MOBILE))
    assert ask(her, new=new) == 422
    assert said in her.text
    assert len(cast.sms.to(AN_MOBILE)) == sent


def test_wrong_codes_change_nothing_and_are_counted(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    ask(her)
    right = cast.code(AN_MOBILE)
    assert [finish(her, other(right)) for _ in range(5)] == [401] * 5
    assert finish(her, right) == 401
    assert "Deze code werkt niet meer na vijf foute pogingen." in her.text
    assert opens(visitor, PASSWORD)


def test_after_three_codes_it_begins_anew(her: Visitor, cast: Cast) -> None:
    ask(her)
    for _ in range(3):
        cast.clock.forward(minutes=2)
        her.open(CODE)
        her.submit("/profiel/wachtwoord/code/opnieuw")
    assert her.follow().request.path == FORM
    assert "Vul beide wachtwoorden opnieuw in" in her.text


def test_the_code_of_a_change_lets_nobody_in_and_that_of_a_sign_in_changes_nothing(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    cast.clock.forward(minutes=2)
    elsewhere = visitor()
    elsewhere.type_password("an.peeters", PASSWORD)
    ask(her)
    assert elsewhere.enter(cast.code(AN_MOBILE)) == 401, "only the latest code lives"
    assert her.open("/aanmelden/code").headers["Location"] == "/aanmelden"
    cast.clock.forward(minutes=2)
    elsewhere.open("/aanmelden/code")
    elsewhere.submit("/aanmelden/code/opnieuw")
    assert finish(her, cast.code(AN_MOBILE)) == 401


def test_a_change_ends_with_its_session_and_the_old_password_stays(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    ask(her)
    code = cast.code(AN_MOBILE)
    her.open("/profiel")
    her.submit("/afmelden")
    cast.clock.forward(minutes=2)
    her.sign_in(cast, "an.peeters")
    assert her.open(CODE).headers["Location"] == FORM
    her.open("/profiel")
    assert her.submit(CODE, {"code": code}).headers["Location"] == "/profiel"
    assert opens(visitor, PASSWORD)


def test_a_carrier_that_fails_is_told_and_a_new_code_finishes(
    her: Visitor, cast: Cast
) -> None:
    cast.sms.failing = SendFailed("the carrier: 503", permanent=False)
    assert ask(her) == 303
    her.follow()
    assert "We kunnen nu geen sms versturen." in her.text
    cast.sms.failing = None
    cast.clock.forward(minutes=2)
    her.open(CODE)
    her.submit("/profiel/wachtwoord/code/opnieuw")
    assert finish(her, cast.code(AN_MOBILE)) == 303


def test_a_colleague_is_told_je_and_needs_fifteen_characters(
    cast: Cast, visitor: Arrive
) -> None:
    cast.staff()
    sam = visitor()
    sam.first_sign_in(
        cast,
        "sam.claes",
        cast.staff_passwords["sam.claes"],
        SAM_MOBILE,
        password=STAFF_PASSWORD,
    )
    sam.open("/profiel")
    assert "Waar je aangemeld bent" in sam.text
    assert "Herinneringen" not in sam.text
    cast.clock.forward(minutes=2)
    assert ask(sam, current=STAFF_PASSWORD, new="Drie wilgen oo") == 422
    assert "Gebruik er minstens 15." in sam.text
    assert ask(sam, current=STAFF_PASSWORD, new="sam.claes sam.claes") == 422
    assert "Gebruik niet je login." in sam.text
    assert ask(sam, current=STAFF_PASSWORD) == 303
    assert finish(sam, cast.code(SAM_MOBILE)) == 303
    sam.follow()
    assert "Je wachtwoord is gewijzigd." in sam.text
    assert opens(visitor, NEW, "sam.claes")
