"""The manager's list in the order that was asked, filtered and searched."""

import re
from collections.abc import Callable
from html import unescape

from tests.cast import AN_TOO, ELS, NOORD, ZUID, Cast, correction
from tests.inbox import html, ids, listed
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


ORDERS = {
    "": [2, 1, 0],
    "?sorteer=geplaatst&richting=op": [0, 1, 2],
    "?sorteer=naam": [0, 1, 2],
    "?sorteer=naam&richting=af": [2, 1, 0],
    "?sorteer=grootte": [1, 2, 0],
    "?sorteer=grootte&richting=af": [0, 2, 1],
    "?sorteer=gedeeld": [2, 1, 0],
    "?sorteer=gedeeld&richting=af": [2, 1, 0],
    "?sorteer=tot": [2, 1, 0],
    "?sorteer=tot&richting=af": [2, 1, 0],
    "?sorteer=onzin&richting=scheef": [2, 1, 0],
    "?sorteer=naam&richting=scheef": [0, 1, 2],
}


def test_the_list_is_sorted_by_any_column_both_ways(
    an: Visitor, three: list[str]
) -> None:
    found = {
        query: [three.index(name) for name in listed(an, query)] for query in ORDERS
    }
    assert found == ORDERS


def test_a_column_says_its_order_and_its_link_turns_it(
    an: Visitor, three: list[str]
) -> None:
    listed(an, "?sorteer=grootte")
    (sorted_by,) = re.findall(r'aria-sort="(\w+)"><a href="([^"]+)"', html(an))
    assert sorted_by == ("ascending", "?sorteer=grootte&amp;richting=af")
    listed(an, unescape(sorted_by[1]))
    assert 'aria-sort="descending"' in html(an)
    assert "gesorteerd op Grootte, grootste eerst" in an.text


def test_search_looks_at_names_months_and_communities(
    an: Visitor, three: list[str]
) -> None:
    assert listed(an, "?zoek=augustus") == [three[1]]
    assert listed(an, "?zoek=2026-07") == [three[0]]
    assert len(listed(an, "?zoek=ZONNEDELEN")) == 3
    assert listed(an, "?zoek=december") == []
    assert 'Geen bestanden met "december". Toon alle bestanden' in an.text
    assert listed(an, "?zoek=<b>") == []
    assert "&lt;b&gt;" in html(an)


def test_filters_carry_their_number_and_keep_what_else_was_asked(
    an: Visitor, three: list[str]
) -> None:
    found = ids(an)
    an.open(f"/bestanden/{found[three[0]]}/download")
    an.open(f"/bestanden/{found[three[1]]}")
    pills = "Alle 3 Nieuw 1 Gedownload 1 Verdwijnt binnen 7 dagen 0"
    assert listed(an, "?filter=nieuw") == [three[2]]
    assert pills in an.text
    assert listed(an, "?filter=gedownload") == [three[0]]
    assert listed(an, "?filter=onzin") == three[::-1]
    assert listed(an, "?filter=verdwijnt") == []
    assert "Geen bestanden in deze selectie." in an.text
    assert listed(an, "?sorteer=naam&zoek=2026") == three
    page = html(an)
    assert "?sorteer=naam&amp;richting=op&amp;filter=nieuw&amp;zoek=2026" in page
    assert '<input type="hidden" name="sorteer" value="naam">' in page


def test_a_delivery_and_a_community_narrow_the_list(an: Visitor, cast: Cast) -> None:
    cast.register(AN_TOO)
    first = cast.publish({correction(NOORD): b"x", correction(ZUID): b"y"})
    cast.publish({correction(NOORD, version=2): b"x"})
    assert len(listed(an)) == 3
    assert sorted(listed(an, f"?levering={first.delivery}")) == [
        correction(NOORD),
        correction(ZUID),
    ]
    assert listed(an, f"?gemeenschap={ZUID}") == [correction(ZUID)]
    assert listed(an, "?gemeenschap=EG0000404") == []
    listed(an)
    assert f"Buurtstroom Zuid {ZUID}" in an.text
    assert f'href="?gemeenschap={ZUID}"' in html(an)


def test_what_goes_soon_and_was_not_fetched_stands_above_the_list(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    cast.register(ELS)
    cast.settled("els.claes")
    cast.publish({correction(NOORD): b"x"})
    els = visitor()
    els.sign_in(cast, "els.claes")
    els.open(f"/bestanden/{ids(els)[correction(NOORD)]}/download")
    cast.clock.set(2026, 11, 20, 9)
    for login, shown in (("an.peeters", True), ("els.claes", False)):
        them = visitor()
        them.sign_in(cast, login)
        assert listed(them, "?filter=verdwijnt") == [correction(NOORD)]
        assert ("1 bestand verdwijnt over 4 dagen" in them.text) is shown
        assert ("nog niet gedownload. Dat kan tot en met" in them.text) is shown


def test_since_the_last_visit_is_said_only_of_what_came_after_it(
    an: Visitor, cast: Cast, visitor: Arrive
) -> None:
    said = "Geplaatst sinds uw vorige bezoek op"
    cast.clock.forward(days=1)
    cast.publish({correction(NOORD): b"x"})
    for shown in (True, False):
        cast.clock.forward(days=1)
        her = visitor()
        her.sign_in(cast, "an.peeters")
        listed(her)
        assert "1 nieuw bestand" in her.text
        assert (said in her.text) is shown
