"""What is in the manager's list, and what it says of each file."""

import re
from collections.abc import Callable
from html import unescape

from tests.cast import ELS, NOORD, Cast, correction
from tests.inbox import badges, ids, listed, row
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]


def test_an_empty_list_says_when_to_expect_something(an: Visitor) -> None:
    assert listed(an) == []
    assert "Er staan nog geen bestanden klaar. U krijgt een e-mail zodra" in an.text


def test_a_file_shows_what_it_is_and_until_when(an: Visitor, cast: Cast) -> None:
    cast.publish({correction(NOORD): b"x" * 1_480_000})
    text = re.sub(r"<[^>]+>", " ", row(an, correction(NOORD)))
    text = " ".join(unescape(text).split())
    assert "Correcties afname en injectie, september 2026, versie 1" in text
    assert "1,48 MB" in text
    assert "26-10-2026" in text
    assert "Fluvius Energiedelen" in text
    assert "nog 29 dagen tot en met 24-11-2026" in text
    assert "Aantal bestanden: 1 Totale grootte: 1,48 MB" in an.text
    assert "1 nieuw bestand" in an.text


def test_the_days_count_down_to_the_last_one(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    cast.publish({correction(NOORD): b"x"})
    for day, text in ((22, "nog 2 dagen"), (23, "nog 1 dag"), (24, "laatste dag")):
        cast.clock.set(2026, 11, day, 9)
        her = visitor()
        her.sign_in(cast, "an.peeters")
        assert text in re.sub(r"<[^>]+>", "", row(her, correction(NOORD)))


def test_the_badges_tell_what_i_did_and_what_my_co_manager_did(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    cast.register(ELS)
    cast.settled("els.claes")
    name = correction(NOORD)
    cast.publish({name: b"x"})
    assert badges(an, name) == ["Nieuw"]
    file_id = ids(an)[name]
    an.client.head(f"/bestanden/{file_id}", base_url=SITE)
    an.client.head(f"/bestanden/{file_id}/download", base_url=SITE)
    assert badges(an, name) == ["Nieuw"], "HEAD counts nothing"
    an.open(f"/bestanden/{file_id}")
    assert badges(an, name) == ["Nog niet gedownload"]

    els = visitor()
    els.sign_in(cast, "els.claes")
    assert badges(els, name) == ["Nieuw"], "opened is each one's own"
    assert els.open(f"/bestanden/{file_id}/download").data == b"x"
    assert badges(els, name) == ["Gedownload op 26-10-2026"]
    assert badges(an, name) == [
        "Nog niet gedownload",
        "Gedownload op 26-10-2026 door Els Claes",
    ]
    an.open(f"/bestanden/{file_id}/download")
    assert badges(an, name) == ["Gedownload op 26-10-2026"]
    assert cast.audited("file.") == [
        ("file.download", "els.claes"),
        ("file.downloaded", "els.claes"),
        ("file.download", "an.peeters"),
        ("file.downloaded", "an.peeters"),
    ]


def test_a_new_version_replaces_the_one_before(an: Visitor, cast: Cast) -> None:
    for version in (1, 2, 3):
        cast.publish({correction(NOORD, version=version): b"x"})
    assert badges(an, correction(NOORD)) == ["Nieuw", "Vervangen door versie 3"]
    assert badges(an, correction(NOORD, version=2)) == [
        "Nieuw",
        "Vervangt versie 1",
        "Vervangen door versie 3",
    ]
    assert badges(an, correction(NOORD, version=3)) == ["Nieuw", "Vervangt versie 2"]
