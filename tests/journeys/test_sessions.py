"""Being in: a cookie is worth what its row is worth, and dies with it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.accounts.models import WebSession
from app.communities.service import Communities
from app.runtime import Runtime
from tests.cast import AN, AN_MOBILE, BO, NOORD, PASSWORD, ZUID, Cast
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def her(settled: None, cast: Cast, visitor: Arrive) -> Visitor:
    """An, who is in."""
    an = visitor()
    an.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    an.sign_in(cast, "an.peeters")
    assert an.is_in()
    return an


def is_dead(cookie: str, visitor: Arrive) -> bool:
    """Whether a copy of that cookie leads to the sign-in page, everywhere."""
    thief = visitor()
    for path in ("/", "/profiel", "/bestanden/"):
        thief.show(cookie)
        answer = thief.open(path)
        if answer.status_code != 303 or "/aanmelden" not in answer.headers["Location"]:
            return False
    return True


def test_each_step_has_a_cookie_of_its_own_and_the_earlier_ones_open_nothing(
    cast: Cast, visitor: Arrive
) -> None:
    cast.register(AN)
    an, cookies = visitor(), []
    an.open("/aanmelden")
    cookies.append(an.cookie)
    an.type_password("an.peeters", cast.invited())
    cookies.append(an.cookie)
    an.follow()
    an.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    cookies.append(an.cookie)
    an.type_code(cast, AN_MOBILE)
    cookies.append(an.cookie)
    assert len(set(cookies)) == 4
    assert not is_dead(cookies.pop(), visitor)
    assert all(is_dead(cookie, visitor) for cookie in cookies)


def test_a_cookie_of_an_earlier_step_does_not_go_on_where_a_later_one_is(
    cast: Cast, visitor: Arrive
) -> None:
    cast.register(AN)
    an, thief = visitor(), visitor()
    an.type_password("an.peeters", cast.invited())
    copied = an.cookie
    an.follow()
    an.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    thief.show(copied)
    assert thief.open("/aanmelden/code").headers["Location"] == "/aanmelden"


def test_the_cookies_go_nowhere_but_here(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    came = visitor().sign_in(cast, "an.peeters")
    sid, device = sorted(came.headers.getlist("Set-Cookie"), reverse=True)
    assert sid.startswith("__Host-sid=")
    assert device.startswith("__Host-device=")
    for cookie in (sid, device):
        marks = {mark.strip() for mark in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= marks
        assert not any(mark.startswith("Domain") for mark in marks)
    assert "Max-Age" not in sid
    assert "Expires" not in sid


def test_a_copied_cookie_is_dead_after_signing_out(
    her: Visitor, visitor: Arrive
) -> None:
    copied = her.cookie
    out = her.submit("/afmelden")
    assert out.headers["Clear-Site-Data"] == '"cache"'
    assert her.follow().request.path == "/aanmelden"
    assert "U bent afgemeld." in her.text
    assert is_dead(copied, visitor)


def test_a_copied_cookie_is_dead_after_a_block_and_stays_dead(
    her: Visitor, app: Flask, visitor: Arrive
) -> None:
    commands = app.test_cli_runner()
    commands.invoke(args=["accounts", "block", "an.peeters"])
    assert is_dead(her.cookie, visitor)
    commands.invoke(args=["accounts", "unblock", "an.peeters"])
    assert is_dead(her.cookie, visitor)


def test_a_copied_cookie_is_dead_after_her_number_changed(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    cast.register(AN.replace("0470 11 22 27", "0470 11 22 28"))
    assert is_dead(her.cookie, visitor)


def test_a_manager_who_was_removed_sees_nothing_at_the_next_request(
    her: Visitor, cast: Cast, runtime: Runtime
) -> None:
    cast.register(
        BO.replace(ZUID, NOORD).replace("Buurtstroom Zuid", "Zonnedelen Noord cv")
    )
    with runtime.transaction() as session:
        Communities.of(session, runtime).remove_manager(
            NOORD, "an.peeters", by="sam.claes"
        )
    her.open("/bestanden/")
    assert "Zonnedelen Noord" not in her.text


@pytest.mark.parametrize("cookie", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.x.y"])
def test_a_cookie_that_was_made_up_opens_nothing(
    her: Visitor, visitor: Arrive, cookie: str
) -> None:
    assert is_dead(cookie, visitor)
    assert is_dead(her.cookie[:-9] + "forgotten", visitor)


def test_after_a_quarter_of_rest_she_is_out_and_told_so(
    her: Visitor, cast: Cast
) -> None:
    for _ in range(3):
        cast.clock.forward(minutes=14)
        assert her.is_in()
    cast.clock.forward(minutes=15)
    asked = her.open("/bestanden/?sorteer=naam")
    assert asked.headers["Location"] == ("/aanmelden?verder=/bestanden/?sorteer%3Dnaam")
    her.follow()
    assert "U bent afgemeld. Meld u opnieuw aan, u keert terug" in her.text


def test_after_eight_hours_she_is_out_however_busy(her: Visitor, cast: Cast) -> None:
    for _ in range(47):
        cast.clock.forward(minutes=10)
        assert her.is_in()
    cast.clock.forward(minutes=10)
    assert not her.is_in()


def test_a_fourth_browser_ends_the_oldest(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    others = [visitor() for _ in range(3)]
    for other in others:
        cast.clock.forward(minutes=1)
        other.sign_in(cast, "an.peeters")
    assert not her.is_in()
    assert all(other.is_in() for other in others)


def test_browsers_that_were_left_alone_do_not_count_among_the_three(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    for _ in range(2):
        visitor().sign_in(cast, "an.peeters")
    for _ in range(2):
        cast.clock.forward(minutes=8)
        assert her.is_in()
    visitor().sign_in(cast, "an.peeters")
    assert her.is_in()


def test_that_she_is_still_here_is_written_at_most_once_a_minute(
    her: Visitor, cast: Cast, runtime: Runtime
) -> None:
    writes: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE web_session"):
            writes.append(statement)

    event.listen(runtime.database.engine, "before_cursor_execute", note)
    for _ in range(6):
        cast.clock.forward(seconds=20)
        assert her.is_in()
    assert len(writes) == 2


def test_in_the_database_no_cookie_can_be_read(her: Visitor, runtime: Runtime) -> None:
    with runtime.reading() as session:
        (row,) = session.scalars(select(WebSession)).all()
    assert len(row.token_hash) == 32
    assert row.device == "Firefox – Linux"
    assert row.address == "192.0.2.1"


# the profile -------------------------------------------------------------------


def test_her_profile_shows_what_she_knows_and_masks_the_rest(her: Visitor) -> None:
    page = her.open("/profiel").get_data(as_text=True)
    for shown in ("An Peeters", "an.peeters", "Zonnedelen Noord cv", "… 27"):
        assert shown in her.text
    assert "a…@noord.example" in her.text
    assert "an@noord.example" not in page
    assert AN_MOBILE[3:8] not in page
    assert "Firefox – Linux Dit toestel" in her.text
    assert "192.0.2.1" in her.text


def test_leaving_everywhere_ends_every_session_and_every_way_in(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    elsewhere, halfway = visitor(), visitor()
    elsewhere.sign_in(cast, "an.peeters")
    halfway.type_password("an.peeters", PASSWORD)
    her.open("/profiel")
    assert her.text.count("192.0.2.1") == 2
    her.submit("/profiel/overal-afmelden")
    her.follow()
    assert "U bent overal afgemeld." in her.text
    assert not her.is_in()
    assert not elsewhere.is_in()
    assert halfway.open("/aanmelden/code").headers["Location"] == "/aanmelden"


def test_the_last_time_she_came_in_stands_below_every_page(
    her: Visitor, cast: Cast, visitor: Arrive
) -> None:
    her.open("/profiel")
    assert "Laatst aangemeld op" not in her.text, "it is the first time"
    cast.clock.forward(days=1)
    later = visitor()
    later.sign_in(cast, "an.peeters")
    later.open("/profiel")
    assert "Laatst aangemeld op 26-10-2026 om 10.00 uur" in later.text


def test_signing_out_without_having_been_in_harms_nobody(
    app: Flask, visitor: Arrive
) -> None:
    nobody = visitor()
    nobody.open("/aanmelden")
    assert nobody.submit("/afmelden").status_code == 303


def test_a_link_cannot_sign_anybody_out(her: Visitor) -> None:
    assert her.client.get("/afmelden", base_url=SITE).status_code == 405
    assert her.is_in()
