"""The code by SMS: few tries, a short life, so many a day, and nobody's but yours."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app.accounts.models import SmsCode
from app.runtime import Runtime
from notifier import SendFailed
from tests.cast import AN, AN_MOBILE, BO_MOBILE, PASSWORD, Cast, other
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]
SPENT = "Deze code werkt niet meer na vijf foute pogingen. Vraag een nieuwe."
NO_SMS = "We kunnen nu geen sms versturen. Probeer over enkele minuten opnieuw."


def test_a_code_has_five_tries(settled: None, cast: Cast, visitor: Arrive) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    code = cast.code(AN_MOBILE)
    said = []
    for _ in range(5):
        assert her.enter(other(code)) == 401
        said.append(her.text.split("Er is een probleem ")[1].split(" We stuurden")[0])
    assert said[0].startswith("Deze code klopt niet. U hebt nog 4 pogingen.")
    assert said[3].startswith("Deze code klopt niet. U hebt nog 1 poging.")
    assert said[4].startswith(SPENT)
    assert "De code blijft geldig" not in her.text
    assert her.enter(code) == 401, "not even the right one"
    assert SPENT in her.text
    assert not her.is_in()


def test_a_code_lives_ten_minutes(settled: None, cast: Cast, visitor: Arrive) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    cast.clock.forward(minutes=10)
    assert her.enter(cast.code(AN_MOBILE)) == 401
    assert "Deze code is verlopen. Vraag een nieuwe." in her.text


def test_a_code_asked_for_elsewhere_takes_the_place_of_the_one_here(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    here, there = visitor(), visitor()
    here.type_password("an.peeters", PASSWORD)
    earlier = cast.code(AN_MOBILE)
    there.type_password("an.peeters", PASSWORD)
    assert here.enter(earlier) == 401
    assert there.enter(cast.code(AN_MOBILE)) == 303


def test_only_the_code_of_the_last_message_counts(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    earlier = cast.code(AN_MOBILE)
    cast.clock.forward(seconds=60)
    her.follow()
    her.submit("/aanmelden/code/opnieuw")
    assert "We stuurden u een nieuwe code." in (her.follow(), her.text)[1]
    assert her.enter(earlier) == 401
    assert "U gebruikte de code van een vorig bericht." in her.text
    assert her.enter(cast.code(AN_MOBILE)) == 303


def test_a_code_counts_only_where_its_password_was_typed(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her, his = visitor(), visitor()
    her.type_password("an.peeters", PASSWORD)
    his.type_password("bo.maes", PASSWORD)
    assert his.enter(cast.code(AN_MOBILE)) == 401
    assert her.enter(cast.code(BO_MOBILE)) == 401


def test_a_new_code_may_be_asked_after_a_minute_and_twice(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    her.follow()
    cast.clock.forward(seconds=20)
    her.submit("/aanmelden/code/opnieuw")
    her.follow()
    assert "Wacht nog 40 seconden voor u een nieuwe code vraagt." in her.text
    for _ in range(2):
        cast.clock.forward(seconds=60)
        her.submit("/aanmelden/code/opnieuw")
        her.follow()
    assert len(cast.sms.to(AN_MOBILE)) == 3
    cast.clock.forward(seconds=60)
    her.submit("/aanmelden/code/opnieuw")
    assert her.follow().request.path == "/aanmelden"
    assert "Meld u opnieuw aan om een nieuwe code te krijgen." in her.text
    assert len(cast.sms.to(AN_MOBILE)) == 3


def test_five_codes_an_hour_and_ten_a_day_go_to_one_person(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    for _ in range(6):
        her.type_password("an.peeters", PASSWORD)
        cast.clock.forward(minutes=1)
    her.follow()
    assert len(cast.sms.to(AN_MOBILE)) == 5
    assert "U kunt opnieuw proberen na 11.00 uur." in her.text
    assert NO_SMS not in her.text
    assert "We stuurden de code" not in her.text
    cast.clock.forward(hours=1)
    for _ in range(6):
        her.type_password("an.peeters", PASSWORD)
        cast.clock.forward(minutes=13)
    her.follow()
    assert len(cast.sms.to(AN_MOBILE)) == 10
    assert "U kunt opnieuw proberen na 27-10-2026 om 10.00 uur." in her.text


def test_two_accounts_on_one_phone_share_its_codes(cast: Cast, visitor: Arrive) -> None:
    cast.register(AN, AN.replace("an.peeters", "an.twee").replace("0001", "0003"))
    cast.settled("an.peeters")
    cast.settled("an.twee")
    for login in ("an.peeters", "an.twee") * 3:
        visitor().type_password(login, PASSWORD)
    assert len(cast.sms.to(AN_MOBILE)) == 5


def test_twenty_wrong_codes_in_a_day_pause_the_codes(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    for _ in range(4):
        her.type_password("an.peeters", PASSWORD)
        for _ in range(5):
            her.enter(other(cast.code(AN_MOBILE)))
        cast.clock.forward(minutes=30)
    assert her.type_password("an.peeters", PASSWORD) == 303
    her.follow()
    assert len(cast.sms.to(AN_MOBILE)) == 4
    assert "Te veel pogingen. U kunt opnieuw proberen na 27-10-2026 om" in her.text
    cast.clock.forward(hours=22)
    her.sign_in(cast, "an.peeters")
    assert her.is_in()


def test_a_wrong_code_too_many_elsewhere_stops_the_one_typed_here(
    settled: None, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    with runtime.transaction() as session:
        code = session.scalars(select(SmsCode)).one()
        code.tries = 4
        session.execute(insert(SmsCode), [twin(code, tries=5, n=n) for n in range(4)])
    assert her.enter(cast.code(AN_MOBILE)) == 401
    assert "Te veel pogingen." in her.text


def twin(code: SmsCode, *, tries: int, n: int) -> dict[str, object]:
    """Another code of the same person, replaced since."""
    return {
        "pending_id": code.pending_id,
        "account_id": code.account_id,
        "challenge": f"twin {n}",
        "mac": b"",
        "key_id": code.key_id,
        "phone_mac": code.phone_mac,
        "sent_at": code.sent_at,
        "tries": tries,
        "replaced_at": code.sent_at,
    }


def test_the_house_stops_sending_codes_before_it_is_ruined_and_alarms(
    settled: None,
    cast: Cast,
    runtime: Runtime,
    visitor: Arrive,
    caplog: pytest.LogCaptureFixture,
) -> None:
    his, her = visitor(), visitor()
    his.type_password("bo.maes", PASSWORD)
    with runtime.transaction() as session:
        code = session.scalars(select(SmsCode)).one()
        session.execute(insert(SmsCode), [twin(code, tries=0, n=n) for n in range(49)])
    assert her.type_password("an.peeters", PASSWORD) == 303
    her.follow()
    assert NO_SMS in her.text
    assert not cast.sms.to(AN_MOBILE)
    assert "ALARM the daily cap of 50 codes by SMS is reached" in caplog.text


@pytest.mark.parametrize("uncertain", [False, True])
def test_when_no_sms_can_be_sent_the_page_says_so_and_nothing_is_counted(
    settled: None, cast: Cast, visitor: Arrive, *, uncertain: bool
) -> None:
    her = visitor()
    cast.sms.failing = SendFailed("down", uncertain=uncertain)
    for _ in range(7):
        assert her.type_password("an.peeters", PASSWORD) == 303
    her.follow()
    if uncertain:
        assert "Te veel pogingen." in her.text, "it may have arrived, so it counts"
        return
    assert her.page is not None
    assert her.page.status_code == 200
    assert NO_SMS in her.text
    assert "Uw bestanden verdwijnen niet vroeger door deze storing." in her.text
    cast.sms.failing = None
    her.submit("/aanmelden/code/opnieuw")
    her.follow()
    assert her.enter(cast.code(AN_MOBILE)) == 303


def test_no_anonymous_request_sends_an_sms(
    settled: None, app: Flask, cast: Cast, visitor: Arrive
) -> None:
    somebody = visitor()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "A" * 22, rule.rule)
        somebody.open(path)
        somebody.open("/aanmelden")
        if rule.methods and "POST" in rule.methods:
            fields = {"login": "an.peeters", "wachtwoord": "x", "code": "1"}
            somebody.submit(path, {**fields, "nieuw_wachtwoord": PASSWORD})
    cast.tick("accounts.resets")
    assert not cast.sms.texts
