"""Out of the manager's list and back, one file or many."""

import re
from collections.abc import Callable
from itertools import islice

from tests.cast import ELS, NOORD, Cast, correction
from tests.inbox import ID, choose, html, ids, listed
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


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
