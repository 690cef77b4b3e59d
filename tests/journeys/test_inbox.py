"""The manager's list: what is in it, in which order, out of it and back."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from itertools import islice

import pytest
from click.testing import Result
from sqlalchemy import event

from app.runtime import Runtime
from tests.cast import AN, BO, BO_MOBILE, NOORD, ZUID, Cast, correction
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
Command = Callable[..., Result]
ELS = AN.replace("an.peeters;An Peeters;an@", "els.claes;Els Claes;els@")
AN_TOO = f"{ZUID};Buurtstroom Zuid;{AN.split(';', 2)[2]}"
BADGE = re.compile(r'<span class="badge[^>]*>(.*?)</span>')
ROW = re.compile(r"<tr[ >].*?</tr>", re.DOTALL)
ID = re.compile(r'name="id" value="([\w-]{22})"')
NAME = re.compile(r'class="file__name"[^>]*>(.*?)</a>')


@pytest.fixture
def an(cast: Cast, visitor: Arrive) -> Visitor:
    """An is in, and has nothing yet."""
    cast.everybody()
    cast.settled()
    her = visitor()
    her.sign_in(cast, "an.peeters")
    return her


def html(visitor: Visitor) -> str:
    assert visitor.page is not None
    page: str = visitor.page.get_data(as_text=True)
    return page


def listed(visitor: Visitor, query: str = "") -> list[str]:
    """The names in the list, in their order."""
    assert visitor.open(f"/bestanden/{query}").status_code == 200
    return [unescape(n.replace("<wbr>", "")) for n in NAME.findall(html(visitor))]


def ids(visitor: Visitor, query: str = "") -> dict[str, str]:
    """The id of each name in the list."""
    names = listed(visitor, query)
    return dict(zip(names, dict.fromkeys(ID.findall(html(visitor))), strict=True))


def row(visitor: Visitor, name: str) -> str:
    """What the list says of one file."""
    listed(visitor)
    rows: list[str] = ROW.findall(html(visitor))
    (found,) = [row for row in rows if f"{name} selecteren" in row]
    return found


def badges(visitor: Visitor, name: str) -> list[str]:
    return [unescape(text) for text in BADGE.findall(row(visitor, name))]


# what is in it --------------------------------------------------------------


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


# order, filters, search -----------------------------------------------------


@pytest.fixture
def three(an: Visitor, cast: Cast) -> list[str]:
    """Three files of three days, sizes and departments."""
    names = [correction(NOORD, month=f"2026-0{month}") for month in (7, 8, 9)]
    for name, size in zip(names, (300, 100, 200), strict=True):
        cast.publish({name: b"x" * size})
        cast.clock.forward(minutes=1)
    return names


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", [2, 1, 0]),
        ("?sorteer=geplaatst&richting=op", [0, 1, 2]),
        ("?sorteer=naam", [0, 1, 2]),
        ("?sorteer=naam&richting=af", [2, 1, 0]),
        ("?sorteer=grootte", [1, 2, 0]),
        ("?sorteer=grootte&richting=af", [0, 2, 1]),
        ("?sorteer=gedeeld", [2, 1, 0]),
        ("?sorteer=gedeeld&richting=af", [2, 1, 0]),
        ("?sorteer=tot", [2, 1, 0]),
        ("?sorteer=tot&richting=af", [2, 1, 0]),
        ("?sorteer=onzin&richting=scheef", [2, 1, 0]),
        ("?sorteer=naam&richting=scheef", [0, 1, 2]),
    ],
)
def test_the_list_is_sorted_by_any_column_both_ways(
    an: Visitor, three: list[str], query: str, order: list[int]
) -> None:
    assert listed(an, query) == [three[number] for number in order]


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
    assert "&lt;b&gt;" in html_of(an, "?zoek=<b>")


def html_of(visitor: Visitor, query: str) -> str:
    listed(visitor, query)
    return html(visitor)


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
    page = html_of(an, "?sorteer=naam&zoek=2026")
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


# one, many, out and back ----------------------------------------------------


def choose(visitor: Visitor, action: str, *chosen: str) -> str:
    listed(visitor)
    answer = visitor.submit("/bestanden/kiezen", {"id": list(chosen), "actie": action})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_the_form_leads_to_the_file_the_zip_or_the_question(
    an: Visitor, three: list[str]
) -> None:
    a, b, _ = ids(an).values()
    assert choose(an, "download") == "/bestanden/?niets=1#acties"
    an.follow()
    assert "Vink eerst minstens één bestand aan." in an.text
    assert choose(an, "download", a) == f"/bestanden/{a}/download"
    assert choose(an, "download", a, b) == f"/bestanden/zip?id={a}&id={b}"
    assert choose(an, "verwijderen", a) == f"/bestanden/verwijderen?id={a}"


def test_out_of_the_list_is_mine_alone_and_can_be_undone(
    an: Visitor, cast: Cast, visitor: Arrive, three: list[str]
) -> None:
    cast.register(ELS)
    cast.settled("els.claes")
    found = ids(an)
    an.open(choose(an, "verwijderen", *islice(found.values(), 2)))
    assert "2 bestanden verwijderen?" in an.text
    assert f"Let op: {three[2]} is nog niet gedownload." in an.text
    assert listed(an) == three[::-1], "a question changes nothing"

    an.open(choose(an, "verwijderen", *islice(found.values(), 2)))
    an.submit("/bestanden/verwijderen", {"id": list(islice(found.values(), 2))})
    an.follow()
    assert "2 bestanden staan niet meer in uw lijst." in an.text
    undo = list(dict.fromkeys(ID.findall(html(an).split("<table")[0])))
    assert sorted(undo) == sorted(islice(found.values(), 2))
    assert listed(an) == [three[0]]
    assert "Verwijderd 2" in an.text
    assert listed(an, "?filter=verwijderd") == [three[2], three[1]]
    els = visitor()
    els.sign_in(cast, "els.claes")
    assert len(listed(els)) == 3
    assert an.open(f"/bestanden/{undo[0]}/download").status_code == 200

    listed(an)
    an.submit("/bestanden/terugzetten", {"id": undo[:1]})
    an.follow()
    assert "1 bestand staat weer in uw lijst." in an.text
    assert len(listed(an)) == 2
    listed(an, "?filter=verwijderd")
    an.submit("/bestanden/terugzetten", {"id": undo[1:]})
    assert listed(an) == three[::-1]
    assert "Verwijderd" not in an.text
    actions = [action for action, _ in cast.audited("file.re")]
    assert actions == ["file.remove"] * 2 + ["file.restore"] * 2


def test_a_removed_file_offers_on_its_own_page_to_be_put_back(
    an: Visitor, three: list[str]
) -> None:
    file_id = ids(an)[three[0]]
    an.open(f"/bestanden/{file_id}")
    assert "VERWIJDEREN" in an.text
    an.submit("/bestanden/verwijderen", {"id": file_id})
    an.open(f"/bestanden/{file_id}")
    assert "TERUGZETTEN" in an.text
    assert "VERWIJDEREN" not in an.text
    an.submit("/bestanden/terugzetten", {"id": file_id})
    assert listed(an) == three[::-1]


def test_removing_twice_is_no_error_and_written_once(
    an: Visitor, cast: Cast, three: list[str]
) -> None:
    file_id = ids(an)[three[0]]
    for _ in range(2):
        an.submit("/bestanden/verwijderen", {"id": file_id})
        assert an.page
        assert an.page.status_code == 303
        listed(an)
    assert len(cast.audited("file.remove")) == 1
    an.submit("/bestanden/terugzetten", {})
    assert an.follow().request.path == "/bestanden/"
    assert an.text.startswith("Fout: "), "nothing was ticked"


def test_a_page_of_before_does_not_say_that_it_is_gone(
    an: Visitor, three: list[str]
) -> None:
    file_id = ids(an)[three[0]]
    an.open(f"/bestanden/?weg=1&id={file_id}")
    assert "niet meer in uw lijst" not in an.text


def test_more_than_a_hundred_files_go_by_a_kept_selection(
    an: Visitor, cast: Cast
) -> None:
    cast.publish(
        {
            correction(NOORD, month=f"{year}-{month:02}", version=v): b"x"
            for year in (2024, 2025)
            for month in range(1, 13)
            for v in range(1, 6)
        }
    )
    every = list(ids(an).values())
    assert len(every) == 120
    address = choose(an, "download", *every)
    assert re.fullmatch(r"/bestanden/zip\?selectie=[\w-]{22}", address)
    answer = an.open(address)
    assert answer.status_code == 200
    assert len(answer.data) == int(answer.headers["Content-Length"])

    listed(an)
    an.submit("/bestanden/verwijderen", {"id": every})
    an.follow()
    assert "120 bestanden staan niet meer in uw lijst." in an.text
    assert len(set(ID.findall(html(an)))) == 120
    assert (
        an.open("/bestanden/zip?" + "&".join(f"id={i}" for i in every)).status_code
        == 404
    )


# others ---------------------------------------------------------------------


def test_another_s_file_is_as_absent_as_one_that_never_was(
    an: Visitor, cast: Cast, visitor: Arrive, three: list[str]
) -> None:
    cast.settled("bo.maes")
    cast.publish({correction(ZUID): b"van Zuid"})
    hers = ids(an)[three[0]]
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    his = ids(bo)[correction(ZUID)]

    def answer(path: str) -> tuple[int, str, dict[str, str]]:
        page = bo.open(path)
        body = re.sub(r"[0-9A-F]{4}-[0-9A-F]{2}", "#", page.get_data(as_text=True))
        headers = dict(page.headers)
        body = re.sub(r'(csrf_token" value=")[^"]+', "", body)
        return page.status_code, body, {k: v for k, v in headers.items() if k != "Date"}

    for path in ("{}", "{}/download", "zip?id={}", f"zip?id={his}&id={{}}"):
        foreign, absent = (
            answer("/bestanden/" + path.format(one)) for one in (hers, "A" * 22)
        )
        assert foreign == absent
        assert foreign[0] == 404
    listed(bo)
    for path in ("verwijderen", "terugzetten"):
        assert bo.submit(f"/bestanden/{path}", {"id": [his, hers]}).status_code == 404
        listed(bo)
    assert listed(bo) == [correction(ZUID)], "nothing of it was done"
    assert cast.audited("file.") == []


def test_what_cannot_be_an_id_is_absent_too(an: Visitor, three: list[str]) -> None:
    for path in ("zip?id=%00", "zip?selectie=%00", "verwijderen?id=a%00"):
        assert an.open(f"/bestanden/{path}").status_code == 404, path
    assert listed(an, "?levering=%00") == []
    for ids_ in (["\0"], [f"{number:x}" for number in range(100_000)]):
        listed(an)
        assert an.submit("/bestanden/verwijderen", {"id": ids_}).status_code == 404


def test_a_kept_selection_is_its_maker_s_own(
    an: Visitor, cast: Cast, visitor: Arrive, runtime: Runtime
) -> None:
    cast.settled("bo.maes")
    cast.publish(
        {correction(NOORD, month="2026-01", version=v): b"x" for v in range(1, 100)}
        | {correction(NOORD, month="2026-02", version=v): b"x" for v in (1, 2)}
    )
    address = choose(an, "download", *ids(an).values())
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    assert bo.open(address).status_code == 404
    assert an.open(address).status_code == 200
    cast.clock.forward(days=1, minutes=1)
    cast.tick("filedrop.forget")
    her = visitor()
    her.sign_in(cast, "an.peeters")
    assert her.open(address).status_code == 404


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """The questions that reach the database meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(runtime.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(runtime.database.engine, "before_cursor_execute", note)


def test_the_list_asks_the_database_as_often_for_many_files_as_for_few(
    an: Visitor, cast: Cast, runtime: Runtime
) -> None:
    cast.register(ELS)
    cast.publish({correction(NOORD): b"x"})
    an.open("/bestanden/")
    with counted(runtime) as few:
        an.open("/bestanden/")
    cast.publish({correction(NOORD, version=v): b"x" for v in range(2, 60)})
    every = list(ids(an).values())
    with counted(runtime) as many:
        an.open("/bestanden/")
    assert len(many) == len(few) < 15
    with counted(runtime) as zipped:
        an.open(choose(an, "download", *every))
    assert len(zipped) < 40, "nor does a zip ask for each file"


def test_bo_sees_nothing_of_an_in_his_list(
    cast: Cast, visitor: Arrive, three: list[str]
) -> None:
    cast.settled("bo.maes")
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    assert listed(bo) == []
    assert BO.split(";")[1] in bo.text
    assert "Zonnedelen" not in bo.text
