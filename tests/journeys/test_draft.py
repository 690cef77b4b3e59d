"""Staff and a draft: prepared together, released exactly once, dead after two days."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

from sqlalchemy import text
from werkzeug.test import TestResponse

from app.filedrop.service_draft_clear import ClearingDrafts
from app.filedrop.uploads import keep
from app.runtime import Runtime
from tests.cast import AN, BO, NOORD, SAM_MOBILE, ZUID, Cast, correction
from tests.databases import ON_POSTGRES
from tests.drafting import (
    LINE,
    SAM,
    START,
    begin,
    blobs,
    leave,
    release,
    released,
    row,
    send,
)
from tests.servers.house import until
from tests.visitor import SITE, Visitor


def test_from_the_first_file_to_the_manager_without_a_byte_moved(
    sam: Visitor, cast: Cast, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    draft = begin(sam)
    assert send(sam, draft, correction(NOORD), b"van Noord").status_code == 201
    assert send(sam, draft, correction(ZUID), b"van Zuid").status_code == 201
    before = blobs(runtime)

    sam.open(f"{draft}/routering")
    assert "Alle 2 Klaar 2" in sam.text
    assert "Zonnedelen Noord cv EG0000001 (uit bestandsnaam) Beheerders: An" in sam.text
    assert "Voor 1 actieve gemeenschap is er geen bestand." in sam.text

    sam.open(f"{draft}/vrijgeven")
    assert "2 beheerders krijgen elk 1 e-mail over 1 bestand" in sam.text
    assert "2 van hen krijgen hun eerste e-mail met login" in sam.text
    answer = released(sam, cast, draft, "2")
    assert answer.status_code == 303
    assert re.fullmatch(r"/beheer/leveringen/[\w-]{22}", answer.headers["Location"])
    assert blobs(runtime) == before
    assert ("draft.release", SAM) in cast.audited("draft.")

    cast.clock.forward(days=20)  # the day on which the draft died is long over
    cast.tick("filedrop.drafts")
    cast.tick("filedrop.keys")
    an = visitor()
    link = cast.mails("an@noord.example")[0].text.split(SITE, 1)[1].split()[0]
    cast.settled("an.peeters")
    an.sign_in(cast, "an.peeters")
    assert an.open(f"{link}/download").data == b"van Noord"


def test_a_release_happens_once_however_often_it_is_sent(
    sam: Visitor, cast: Cast
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    planned = release(sam, draft, "1")
    fields = {"vrijgave": "B" * 22, "aantal": "1"}
    sam.open(START)
    again = sam.submit(f"{draft}/vrijgeven", fields)
    assert again.headers["Location"] == planned.headers["Location"]
    leave(cast)
    assert cast.tick("filedrop.release") == 0
    first = sam.open(planned.headers["Location"])
    sam.open(START)
    second = sam.submit(f"{draft}/vrijgeven", fields)
    assert second.headers["Location"] == first.headers["Location"]
    assert sam.open(draft).headers["Location"] == first.headers["Location"]
    assert send_again(sam, draft).status_code == 409
    assert len(cast.mails("an@noord.example")) == 1


def send_again(person: Visitor, draft: str) -> TestResponse:
    person.open(START)
    return send(person, draft, "laat.csv", b"te laat")


def test_of_many_releases_at_once_one_counts_and_all_land_on_it(
    cast: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    cast.register(AN, BO)
    people = [signed_in(f"collega.{n}", "releaser") for n in range(4)]
    draft = begin(people[0], "adhoc")
    send(people[0], draft, "brief.pdf", b"%PDF")
    action = row(people[0], draft, "brief.pdf")
    fields = {"actie": "kiezen", "gemeenschap": f"{NOORD} {ZUID}"}
    assert people[0].submit(action, fields).status_code == 303
    for person in people:
        person.open(f"{draft}/vrijgeven")
    answers: list[TestResponse] = []
    gate = Barrier(len(people))

    def go(person: Visitor) -> None:
        page = person.page
        assert page is not None
        found = re.search(r'name="vrijgave" value="([^"]+)"', page.text)
        assert found
        gate.wait()
        answers.append(
            person.submit(f"{draft}/vrijgeven", {"vrijgave": found[1], "aantal": "2"})
        )

    threads = [Thread(target=go, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(cast.audited("draft.plan")) == 1
    cast.clock.forward(minutes=10)
    jobs = [Thread(target=cast.tick, args=("filedrop.release",)) for _ in people]
    for process in jobs:
        process.start()
    for process in jobs:
        process.join()
    assert [len(cast.mails(f"{who}.example")) for who in ("an@noord", "bo@zuid")] == [
        1,
        1,
    ]
    cast.clock.forward(days=2)
    cast.tick("filedrop.reconcile")
    assert len(blobs(cast.runtime)) == 2  # losers took their copies back


def test_the_number_has_to_be_typed(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    answer = release(sam, draft, "2")
    assert answer.status_code == 422
    assert "Typ 1 om te bevestigen" in sam.text
    assert cast.mails("an@noord.example") == []


def test_what_a_colleague_changed_since_must_be_looked_at_again(
    sam: Visitor, cast: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    page = sam.open(f"{draft}/vrijgeven").get_data(as_text=True)
    seen = re.search(r'name="vrijgave" value="([^"]+)"', page)
    assert seen
    mieke = signed_in("mieke.smets", "uploader")
    mieke.open(START)
    assert "Correctiebestanden" in mieke.text
    mieke.open(draft)
    send(mieke, draft, correction(ZUID), b"y")
    answer = sam.submit(f"{draft}/vrijgeven", {"vrijgave": seen[1], "aantal": "1"})
    assert answer.status_code == 409
    assert "Typ 2 om te bevestigen" in sam.text
    assert cast.mails("an@noord.example") == []


def test_who_prepares_cannot_release(
    cast: Cast, signed_in: Callable[[str, str], Visitor]
) -> None:
    cast.register(AN)
    mieke = signed_in("mieke.smets", "uploader")
    draft = begin(mieke)
    send(mieke, draft, correction(NOORD), b"x")
    assert mieke.open(f"{draft}/vrijgeven").status_code == 403
    mieke.open(draft)
    assert mieke.submit(f"{draft}/vrijgeven", {}).status_code == 403


def test_neither_a_manager_nor_an_auditor_can_put_anything_in(
    sam: Visitor,
    cast: Cast,
    signed_in: Callable[[str, str], Visitor],
    visitor: Callable[[], Visitor],
) -> None:
    draft = begin(sam)
    tom = signed_in("tom.wouters", "auditor")
    cast.settled("an.peeters")
    an = visitor()
    an.sign_in(cast, "an.peeters")
    for person in (tom, an):
        person.open("/profiel")
        assert send(person, draft, "x.csv", b"x").status_code == 403
        assert person.open(START).status_code == 403


def test_a_draft_dies_after_two_days_with_its_bytes_and_its_key(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    (day,) = runtime.keys.days()
    cast.clock.forward(hours=47, minutes=59)
    for tick in ("filedrop.drafts", "filedrop.keys", "filedrop.reconcile"):
        cast.tick(tick)
    assert len(blobs(runtime)) == 1
    assert runtime.keys.days() == [day]
    cast.clock.forward(minutes=17)
    cast.tick("filedrop.drafts")
    assert blobs(runtime) == set()
    sam.sign_in(cast, SAM, SAM_MOBILE)
    assert sam.open(draft).status_code == 410
    cast.clock.forward(days=1)
    cast.tick("filedrop.keys")
    assert runtime.keys.days() == []
    cast.clock.forward(days=3)
    cast.tick("filedrop.forget")
    sam.sign_in(cast, SAM, SAM_MOBILE)
    assert sam.open(draft).status_code == 404


@ON_POSTGRES
def test_two_that_bury_a_draft_at_once_tell_it_once(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    begin(sam)
    cast.clock.forward(days=3)
    other = Thread(target=cast.tick, args=("filedrop.drafts",))
    with runtime.transaction() as session:
        ClearingDrafts.of(session, runtime).leftovers()
        other.start()
        until(lambda: is_awaited(runtime))
    other.join()
    assert cast.audited("draft.die") == [("draft.die", "energiepost")]


def is_awaited(runtime: Runtime) -> bool:
    """Whether somebody stands before a row that another one changes."""
    with runtime.reading() as session:
        return bool(
            session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        )


def test_a_draft_is_thrown_away_by_hand(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    sam.submit(f"{draft}/weggooien")
    sam.follow()
    assert "Het concept is weggegooid." in sam.text
    assert sam.open(draft).status_code == 410
    cast.tick("filedrop.drafts")
    assert blobs(runtime) == set()


@ON_POSTGRES
def test_two_thousand_small_files_in_one_delivery(
    cast: Cast, runtime: Runtime, signed_in: Callable[[str, str], Visitor]
) -> None:
    """A journey in the browser sends as many over HTTP, on the other database."""
    cast.register(*(LINE.format(n) for n in range(1, 41)))
    months = [f"{2020 + n // 12}-{n % 12 + 1:02}" for n in range(50)]
    sam = signed_in(SAM, "releaser")
    draft = begin(sam)
    for name in (
        correction(f"EG{n:07}", month=m) for m in months for n in range(1, 41)
    ):
        assert keep(runtime, draft.split("/")[-1], name, iter([name.encode()]), by=SAM)
    sam.open(f"{draft}/routering?toon=alle&pagina=10")
    assert "1801 tot 2000 van 2000" in sam.text
    assert correction("EG0000040", month=months[-1]) in sam.text
    assert released(sam, cast, draft, "2.000").status_code == 303
    assert ("delivery.publish", SAM) in cast.audited("delivery.")
