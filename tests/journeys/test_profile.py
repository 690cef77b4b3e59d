"""The profile: one session ended from afar; every reminder, or the last one alone."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from app import create_app
from app.runtime import Runtime
from tests.cast import BO_MOBILE, Cast
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


@pytest.fixture
def her(settled: None, cast: Cast, visitor: Arrive) -> Visitor:
    """An, who is in."""
    an = visitor()
    an.sign_in(cast, "an.peeters")
    return an


# one session ------------------------------------------------------------------


def ending(person: Visitor) -> list[str]:
    """Where the buttons go that end one session."""
    page = person.open("/profiel").get_data(as_text=True)
    return re.findall(r'action="(/profiel/sessies/\d+/afmelden)"', page)


def test_she_ends_one_browser_and_only_that_one(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    others = [visitor(), visitor()]
    for browser in others:
        cast.clock.forward(minutes=1)
        browser.sign_in(cast, "an.peeters")
    latest, _earlier = ending(her)
    her.submit(latest)
    her.follow()
    assert "Dat toestel is afgemeld." in her.text
    assert [browser.is_in() for browser in [her, *others]] == [True, True, False]
    assert her.submit(latest).status_code == 303, "a second click harms nobody"


def test_nobody_ends_the_session_of_another(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    cast.clock.forward(minutes=1)
    visitor().sign_in(cast, "an.peeters")
    (hers,) = ending(her)
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    bo.open("/profiel")
    assert bo.submit(hers).status_code == 404
    assert len(ending(her)) == 1


# reminders ---------------------------------------------------------------------


def reminded(cast: Cast, address: str) -> list[int]:
    """On which days after the delivery that address got a reminder."""
    days, before = [], len(cast.mails(address))
    for day in range(1, 30):
        cast.clock.forward(days=1)
        cast.tick("filedrop.remind")
        if (now := len(cast.mails(address))) > before:
            days.append(day)
            before = now
    return days


def test_who_wants_the_last_reminder_alone_gets_that_one(
    delivery: str, cast: Cast, visitor: Arrive
) -> None:
    an = visitor()
    an.sign_in(cast, "an.peeters")
    an.open("/profiel")
    assert "7 en 2 dagen" in an.text
    an.submit("/profiel/herinneringen", {"herinneringen": "laatste"})
    an.follow()
    assert "Uw keuze is opgeslagen." in an.text
    assert 'value="laatste" required checked' in an.open("/profiel").get_data(
        as_text=True
    )
    assert cast.audited("account.rem") == [("account.reminders", "an.peeters")]
    cast.clock.set(2026, 10, 26, 12)
    assert reminded(cast, "an@noord.example") == [28]


def test_where_there_is_one_reminder_there_is_no_choice(
    settled: None, cast: Cast, runtime: Runtime
) -> None:
    settings = replace(runtime.settings, remind_days=(3,))
    an = Visitor(create_app(replace(runtime, settings=settings)).test_client())
    an.sign_in(cast, "an.peeters")
    an.open("/profiel")
    assert "Herinneringen" not in an.text
    wanted = {"herinneringen": "laatste"}
    assert an.submit("/profiel/herinneringen", wanted).status_code == 404


def test_reminders_cannot_be_turned_off(her: Visitor) -> None:
    her.open("/profiel")
    answer = her.submit("/profiel/herinneringen", {"herinneringen": "geen"})
    assert answer.status_code == 422
    assert "Kies een van de twee." in her.text
