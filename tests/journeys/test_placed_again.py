"""A file placed anew: its own last days, its own letter, linked to the first."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

from app.runtime import Runtime
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import blobs
from tests.inbox import html, listed
from tests.visitor import Visitor

Colleague = Callable[[str], Visitor]
NAME, CONTENT = correction(NOORD), b"van Noord"


def posting(person: Visitor, word: str) -> str:
    """Where the link to the other posting of the same file leads."""
    found = re.search(rf'href="/beheer/leveringen/([^"]+)">{word} ', html(person))
    assert found, person.text
    return found[1]


def page_of(cast: Cast, delivery: str) -> str:
    file = cast.file(NAME).public_id
    return f"/beheer/leveringen/{delivery}/bestanden/{file}/opnieuw"


def test_the_last_days_begin_again_and_the_first_posting_runs_out(
    delivery: str,
    cast: Cast,
    colleague: Colleague,
    visitor: Callable[[], Visitor],
    runtime: Runtime,
) -> None:
    cast.clock.forward(days=20)
    first, page = cast.file(NAME), page_of(cast, delivery)
    sam = colleague("releaser")
    sam.open(f"/beheer/leveringen/{delivery}")
    assert sam.page is not None
    assert page in sam.page.get_data(as_text=True)
    sam.open(page)
    assert "Beschikbaar tot en met 14-12-2026" in sam.text
    assert sam.submit(page).status_code == 303
    sam.follow()
    assert "Het bestand is opnieuw geplaatst." in sam.text
    assert "Opnieuw geplaatst Eerder geplaatst op 26-10-2026" in sam.text
    assert posting(sam, "Eerder geplaatst op") == f"{delivery}?zoek={NAME}"
    second = cast.file(NAME)
    assert (second.again_of, second.sha256) == (first.public_id, first.sha256)
    assert second.blob_key != first.blob_key
    sam.open(f"/beheer/leveringen/{delivery}")
    assert page not in sam.page.get_data(as_text=True)
    assert "Opnieuw geplaatst op 15-11-2026" in sam.text
    sam.open(f"/beheer/leveringen/{posting(sam, 'Opnieuw geplaatst op')}")
    assert posting(sam, "Eerder geplaatst op") == f"{delivery}?zoek={NAME}"
    assert ("file.again", "releaser.claes") in cast.audited("file.again")
    assert "14-12-2026" in cast.mails("an@noord.example")[-1].text
    an = visitor()
    an.sign_in(cast, "an.peeters")
    for one, other in ((first, second), (second, first)):
        an.open(f"/bestanden/{one.public_id}")
        assert f'href="/bestanden/{other.public_id}">' in html(an)
    assert f"Staat er ook nog {NAME} geplaatst op 26-10-2026 ," in an.text

    cast.clock.forward(days=15)
    cast.tick("filedrop.purge")
    cast.tick("filedrop.keys")
    assert blobs(runtime) == {second.blob_key}
    an.sign_in(cast, "an.peeters")
    assert listed(an) == [NAME]
    answer = an.open(f"/bestanden/{second.public_id}/download")
    assert answer.data == CONTENT


def test_of_two_colleagues_at_once_one_places_it(
    delivery: str, cast: Cast, colleague: Colleague, runtime: Runtime
) -> None:
    page, before = page_of(cast, delivery), blobs(runtime)
    people, gate = [colleague("releaser"), colleague("admin")], Barrier(2)
    answers = list[int]()

    def place(person: Visitor) -> None:
        gate.wait()
        answers.append(person.submit(page).status_code)

    for person in people:
        person.open(page)
    threads = [Thread(target=place, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert len(blobs(runtime) - before) == 1
    assert people[0].open(page).status_code == 409


@ONE_DATABASE
def test_what_is_over_or_of_another_delivery_is_not_placed(
    delivery: str, cast: Cast, colleague: Colleague
) -> None:
    sam, page = colleague("releaser"), page_of(cast, delivery)
    assert sam.open(page.replace(delivery, "x" * 22)).status_code == 404
    cast.clock.forward(days=31)
    assert colleague("admin").open(page).status_code == 410
