"""Last days in a calendar: once as a file, or kept up to date behind a secret."""

import json
import re
import zlib
from collections.abc import Callable

import pytest
from itsdangerous.encoding import base64_decode
from sqlalchemy import select

from app.filedrop.models import CalendarFeed
from app.filedrop.service_agenda import Agenda
from tests.calendars import Event, events
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.inbox import html
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
ADDRESS = re.compile(rf'value="{SITE}(/agenda/[\w-]{{43}}\.ics)"')
FIRST, SECOND = correction(NOORD, month="2026-08"), correction(NOORD)
ONE = "Direct bestanden: 1 bestand beschikbaar tot vandaag"
TWO = "Direct bestanden: 2 bestanden beschikbaar tot vandaag"


@pytest.fixture
def an(cast: Cast, visitor: Arrive) -> Visitor:
    """An is in; for Noord lie two files of the same day."""
    cast.everybody()
    cast.settled()
    cast.publish({FIRST: b"een", SECOND: b"twee"})
    her = visitor()
    her.sign_in(cast, "an.peeters")
    return her


def made(visitor: Visitor) -> str:
    """Where the address leads that is made, or made anew."""
    visitor.open("/bestanden/agenda")
    assert visitor.submit("/bestanden/agenda").status_code == 303
    visitor.follow()
    (path,) = ADDRESS.findall(html(visitor))
    return str(path)


def cookie_of(text: str) -> object:
    """What stands in a cookie of ours, for whoever has it."""
    held, is_packed = text.removeprefix("."), text.startswith(".")
    plain = base64_decode(held.split(".")[0])
    return json.loads(zlib.decompress(plain) if is_packed else plain)


def told(visitor: Visitor, path: str) -> list[tuple[str, str]]:
    """The days and the words of a calendar."""
    answer = visitor.open(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return [(event.start, event.summary) for event in events(answer.data)]


def download(visitor: Visitor, cast: Cast, name: str) -> None:
    visitor.open(cast.link(name))


# what a calendar says does not depend on the database
@ONE_DATABASE
def test_the_strip_gives_the_last_days_as_a_file_that_names_nothing(
    an: Visitor, cast: Cast
) -> None:
    cast.clock.forward(days=1)
    cast.publish({correction(NOORD, version=2): b"drie"})
    cast.clock.forward(days=24)
    an.sign_in(cast, "an.peeters")
    an.open("/bestanden/")
    assert 'href="/bestanden/vervaldata.ics"' in html(an)
    assert told(an, "/bestanden/vervaldata.ics") == [
        ("20261124", TWO),
        ("20261125", ONE),
    ]
    assert an.page is not None
    assert "vervaldata.ics" in an.page.headers["Content-Disposition"]
    assert an.page.headers["Cache-Control"] == "no-store"
    for word in (b"CORR", b"EG00", b"Noord", b"Peeters", b"an."):
        assert word not in an.page.data


def test_what_was_downloaded_or_removed_is_told_no_more_under_the_same_name(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    path, program = made(an), visitor()
    (before,) = events(program.open(path).data)
    assert before == Event(before.uid, "20261124", "20261125", TWO)
    cast.clock.forward(minutes=1)
    download(an, cast, FIRST)
    (after,) = events(program.open(path).data)
    assert after == before._replace(summary=ONE)
    an.open("/bestanden/")
    an.submit("/bestanden/verwijderen", {"id": [cast.file(SECOND).public_id]})
    assert told(program, path) == []
    an.open("/bestanden/?filter=verwijderd")
    an.submit("/bestanden/terugzetten", {"id": [cast.file(SECOND).public_id]})
    assert told(program, path) == [("20261124", ONE)]
    cast.clock.forward(days=30)
    assert told(program, path) == []


@ONE_DATABASE
def test_a_program_that_comes_again_hears_only_what_is_new(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    path, program = made(an), visitor()
    first = program.open(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in first.headers
    seen = {"If-None-Match": first.headers["ETag"]}
    cast.clock.forward(minutes=10)
    again = program.open(path, headers=seen)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    download(an, cast, FIRST)
    assert program.open(path, headers=seen).status_code == 200
    an.open("/bestanden/agenda")
    assert "Laatst opgehaald 26-10-2026 om 10.10 uur" in an.text


def test_the_address_is_shown_once_kept_as_a_digest_and_dies_when_it_is_renewed(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    first, program = made(an), visitor()
    an.open("/bestanden/agenda")
    assert "/agenda/" not in html(an).replace("/bestanden/agenda", "")
    with cast.runtime.reading() as session:
        (row,) = session.scalars(select(CalendarFeed))
    assert first[8:51].encode() not in row.token_hash
    second = made(an)
    assert program.open(first).status_code == 404
    assert program.open(second).status_code == 200
    an.open("/bestanden/agenda")
    assert an.submit("/bestanden/agenda/stoppen").status_code == 303
    assert program.open(second).status_code == 404
    an.follow()
    an.submit("/bestanden/agenda/stoppen")
    acts = [("calendar.make", "an.peeters")] * 2 + [("calendar.stop", "an.peeters")]
    assert cast.audited("calendar.") == acts


@ONE_DATABASE
def test_the_cookie_carries_it_sealed_to_one_page_and_only_while_it_leads_anywhere(
    an: Visitor, cast: Cast
) -> None:
    an.open("/bestanden/agenda")
    sent = an.submit("/bestanden/agenda")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/bestanden/agenda")
    carrying = an.cookie
    an.follow()
    (path,) = ADDRESS.findall(html(an))
    assert path[8:51] not in str(cookie_of(carrying))
    an.show(carrying)
    assert made(an) != path
    an.show(carrying)
    an.open("/bestanden/agenda")
    assert ADDRESS.findall(html(an)) == []
    with cast.runtime.reading() as session:
        assert Agenda.of(session, cast.runtime).carried("iets.anders", 1) == ""


@pytest.mark.parametrize(
    "ending",
    [
        ("accounts", "block", "an.peeters"),
        ("communities", "remove-manager", NOORD, "an.peeters"),
    ],
)
def test_who_may_no_longer_come_in_has_no_calendar_either(
    an: Visitor,
    cast: Cast,
    visitor: Arrive,
    command: Callable[..., object],
    ending: tuple[str, ...],
) -> None:
    path, program = made(an), visitor()
    cast.register(
        f"{NOORD};Zonnedelen Noord cv;els.claes;Els Claes;els@x.example;0470112228"
    )
    assert program.open(path).status_code == 200
    command(*ending)
    assert program.open(path).status_code == 404
    assert program.open(f"/agenda/{'A' * 43}.ics").status_code == 404


def test_a_program_that_comes_all_the_time_is_told_to_wait(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    path, program = made(an), visitor()
    for _ in range(30):
        assert program.open(path).status_code == 200
    cast.clock.forward(minutes=5)
    late = program.open(path)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "600")
    cast.clock.forward(minutes=10)
    assert program.open(path).status_code == 200
