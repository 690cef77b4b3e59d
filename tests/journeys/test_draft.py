"""Staff and a draft: added file by file, looked at together, released exactly once."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from werkzeug.test import TestResponse

from app.runtime import Runtime
from tests.cast import AN, BO, NOISE, NOORD, ZUID, Cast, correction
from tests.visitor import SITE, Visitor

START = "/beheer/leveringen/nieuw"
SAM, SAM_MOBILE = "sam.claes", "+32472000000"
RAW = "application/octet-stream"
LINE = (
    "EG{0:07};Gemeenschap {0};beheerder.{0};Beheerder {0};b{0}@eg.example;04701{0:05}"
)


@pytest.fixture
def colleague(
    cast: Cast, visitor: Callable[[], Visitor]
) -> Callable[[str, str], Visitor]:
    """Somebody of the staff, signed in."""

    def come(login: str, role: str) -> Visitor:
        cast.staff(login, role)
        cast.settled(login)
        cast.clock.forward(minutes=2)
        person = visitor()
        person.sign_in(cast, login, SAM_MOBILE)
        return person

    return come


@pytest.fixture
def sam(cast: Cast, colleague: Callable[[str, str], Visitor]) -> Visitor:
    cast.register(AN, BO, NOISE)
    return colleague(SAM, "releaser")


def begin(person: Visitor, kind: str = "correcties") -> str:
    """A new draft; its address."""
    person.open(START)
    answer = person.submit(START, {"soort": kind})
    assert answer.status_code == 303
    person.follow()
    return str(answer.headers["Location"])


def send(person: Visitor, draft: str, name: str, content: bytes) -> TestResponse:
    """One file as the page's script sends it."""
    return person.client.post(
        f"{draft}/bestanden",
        query_string={"naam": name},
        data=content,
        content_type=RAW,
        headers={"X-CSRFToken": person.token()},
        environ_overrides={"CONTENT_LENGTH": str(len(content))},
        base_url=SITE,
    )


def release(person: Visitor, draft: str, count: str) -> TestResponse:
    """Type the number on the page that asks for it."""
    page = person.open(f"{draft}/vrijgeven").get_data(as_text=True)
    found = re.search(r'name="vrijgave" value="([^"]+)"', page)
    assert found, person.text
    fields = {"vrijgave": found[1], "aantal": count}
    return person.submit(f"{draft}/vrijgeven", fields)


def row(person: Visitor, draft: str, name: str) -> str:
    """Where the form of one file goes to."""
    page = person.open(f"{draft}/routering?toon=alle").get_data(as_text=True)
    line = next(
        part for part in page.split("<tr>") if name in part.replace("<wbr>", "")
    )
    found = re.search(r'action="([^"]+)"', line)
    assert found
    return found[1]


def blobs(runtime: Runtime) -> set[str]:
    return {blob.key for blob in runtime.blobs.keys()}


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
    assert "2 beheerders krijgen 1 e-mail over 1 bestand" in sam.text
    assert "2 van hen krijgen hun eerste e-mail met login" in sam.text
    answer = release(sam, draft, "2")
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
    first = release(sam, draft, "1")
    fields = {"vrijgave": "B" * 22, "aantal": "1"}
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
    cast: Cast, colleague: Callable[[str, str], Visitor]
) -> None:
    cast.register(AN, BO)
    people = [colleague(f"collega.{n}", "releaser") for n in range(4)]
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
    assert [len(cast.mails(f"{who}.example")) for who in ("an@noord", "bo@zuid")] == [
        1,
        1,
    ]
    cast.clock.forward(days=2)
    cast.tick("filedrop.sweep")
    assert len(blobs(cast.runtime)) == 2  # losers took their copies back


def test_the_number_has_to_be_typed(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    answer = release(sam, draft, "2")
    assert answer.status_code == 422
    assert "Typ 1 om te bevestigen" in sam.text
    assert cast.mails("an@noord.example") == []


def test_what_a_colleague_changed_since_must_be_looked_at_again(
    sam: Visitor, cast: Cast, colleague: Callable[[str, str], Visitor]
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    page = sam.open(f"{draft}/vrijgeven").get_data(as_text=True)
    seen = re.search(r'name="vrijgave" value="([^"]+)"', page)
    assert seen
    mieke = colleague("mieke.smets", "uploader")
    mieke.open(START)
    assert "Correctiebestanden" in mieke.text
    mieke.open(draft)
    send(mieke, draft, correction(ZUID), b"y")
    answer = sam.submit(f"{draft}/vrijgeven", {"vrijgave": seen[1], "aantal": "1"})
    assert answer.status_code == 409
    assert "Typ 2 om te bevestigen" in sam.text
    assert cast.mails("an@noord.example") == []


def test_who_prepares_cannot_release(
    cast: Cast, colleague: Callable[[str, str], Visitor]
) -> None:
    cast.register(AN)
    mieke = colleague("mieke.smets", "uploader")
    draft = begin(mieke)
    send(mieke, draft, correction(NOORD), b"x")
    assert mieke.open(f"{draft}/vrijgeven").status_code == 403
    mieke.open(draft)
    assert mieke.submit(f"{draft}/vrijgeven", {}).status_code == 403


def test_neither_a_manager_nor_an_auditor_can_put_anything_in(
    sam: Visitor,
    cast: Cast,
    colleague: Callable[[str, str], Visitor],
    visitor: Callable[[], Visitor],
) -> None:
    draft = begin(sam)
    tom = colleague("tom.wouters", "auditor")
    cast.settled("an.peeters")
    an = visitor()
    an.sign_in(cast, "an.peeters")
    for person in (tom, an):
        person.open("/profiel")
        assert send(person, draft, "x.csv", b"x").status_code == 403
        assert person.open(START).status_code == 403


def test_a_file_that_is_there_already_is_no_second_one(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    before = blobs(runtime)
    assert send(sam, draft, correction(NOORD), b"x").status_code == 200
    refused = send(sam, draft, correction(NOORD), b"anders")
    assert refused.status_code == 409
    assert refused.json
    assert refused.json["sentence"].startswith("Er staat al een ander bestand met deze")
    assert blobs(runtime) == before
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE)
    assert held.json == {"files": [[correction(NOORD), 1]]}


def test_what_cannot_be_taken_in_is_refused_with_a_sentence(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    for name, content, status in (
        ("leeg.csv", b"", 422),
        ("map/naam.csv", b"x", 422),
        ("n" * 300, b"x", 422),
    ):
        answer = send(sam, draft, name, content)
        assert answer.status_code == status
        assert answer.json
        assert answer.json["sentence"]
    assert blobs(runtime) == set()


def test_two_gibibytes_are_refused_by_their_announcement(sam: Visitor) -> None:
    draft = begin(sam)
    answer = sam.client.post(
        f"{draft}/bestanden?naam=groot.csv",
        content_type=RAW,
        headers={"X-CSRFToken": sam.token()},
        environ_overrides={"CONTENT_LENGTH": str(2**31)},
        base_url=SITE,
    )
    assert answer.status_code == 413


def test_who_does_not_say_how_much_comes_is_sent_away(sam: Visitor) -> None:
    draft = begin(sam)
    answer = sam.client.post(
        f"{draft}/bestanden?naam=x.csv",
        content_type=RAW,
        headers={"X-CSRFToken": sam.token()},
        base_url=SITE,
    )
    assert answer.status_code == 411


def test_a_lost_line_leaves_nothing(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    answer = sam.client.post(
        f"{draft}/bestanden?naam=half.csv",
        data=b"de helft",
        content_type=RAW,
        headers={"X-CSRFToken": sam.token()},
        environ_overrides={"CONTENT_LENGTH": "16"},
        base_url=SITE,
    )
    assert answer.status_code == 400
    assert blobs(runtime) == set()
    sam.open(f"{draft}/routering")
    assert "Dit concept heeft nog geen bestanden." in sam.text


def test_without_its_token_nothing_is_read(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    for token in ("", "verzonnen"):
        answer = sam.client.post(
            f"{draft}/bestanden?naam=x.csv",
            data=b"x",
            content_type=RAW,
            headers={"X-CSRFToken": token},
            base_url=SITE,
        )
        assert answer.status_code == 400
    form = form_of([("bestand", "x.csv", b"x")], token="verzonnen")
    assert post_form(sam, draft, form).status_code == 400
    assert blobs(runtime) == set()


def test_a_session_that_ended_keeps_what_was_uploaded(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    token = sam.token()
    cast.clock.forward(minutes=20)
    answer = sam.client.post(
        f"{draft}/bestanden?naam={correction(ZUID)}",
        data=b"y",
        content_type=RAW,
        headers={"X-CSRFToken": token},
        base_url=SITE,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/aanmelden")
    sam.sign_in(cast, SAM, SAM_MOBILE)
    sam.open(START)
    assert "Bestanden: 1" in sam.text
    assert sam.open(draft).status_code == 200


def form_of(files: list[tuple[str, str, bytes]], token: str) -> tuple[bytes, str]:
    """A form as a browser without JavaScript sends it: the token first."""
    parts = [("csrf_token", None, token.encode()), *files]
    body = b""
    for field, name, content in parts:
        file = f'; filename="{name}"' if name is not None else ""
        head = (
            f'--grens\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'
        )
        body += head.encode() + content + b"\r\n"
    return body + b"--grens--\r\n", "multipart/form-data; boundary=grens"


def post_form(person: Visitor, draft: str, form: tuple[bytes, str]) -> TestResponse:
    body, kind = form
    person.page = person.client.post(
        f"{draft}/formulier", data=body, content_type=kind, base_url=SITE
    )
    return person.page


def test_a_form_without_javascript_keeps_what_came_whole(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    content = b"\r\n--gren\r\n" * 100_000  # nearly a boundary, over many pieces
    files = [
        ("bestand", correction(NOORD), content),
        ("bestand", "leeg.csv", b""),
        ("bestand", "map/" + correction(ZUID), b"van Zuid"),
    ]
    answer = post_form(sam, draft, form_of(files, sam.token()))
    assert answer.status_code == 422
    assert "leeg.csv: Het bestand is leeg (0 bytes)." in sam.text
    assert "2 bestanden toegevoegd." in sam.text
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE).json
    assert held
    assert sorted(held["files"]) == sorted(
        [[correction(NOORD), len(content)], [correction(ZUID), 8]]
    )
    assert len(blobs(runtime)) == 2


def test_a_form_that_breaks_off_keeps_what_came_whole(
    sam: Visitor, runtime: Runtime
) -> None:
    draft = begin(sam)
    files = [("bestand", "een.csv", b"1"), ("bestand", "twee.csv", b"2" * 1000)]
    body, kind = form_of(files, sam.token())
    answer = post_form(sam, draft, (body[:-500], kind))
    assert answer.status_code == 422
    held = sam.client.get(f"{draft}/bestanden", base_url=SITE).json
    assert held == {"files": [["een.csv", 1]]}
    assert len(blobs(runtime)) == 1


def test_a_form_of_nothing_asks_for_a_file(sam: Visitor) -> None:
    draft = begin(sam)
    form = form_of([("bestand", "", b"")], sam.token())
    assert post_form(sam, draft, form).status_code == 422
    assert "Kies eerst minstens één bestand." in sam.text


def test_two_hundred_files_at_once_and_no_more(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    files = [("bestand", f"{n}.csv", str(n).encode()) for n in range(201)]
    answer = post_form(sam, draft, form_of(files, sam.token()))
    assert answer.status_code == 422
    assert "Er gaan hoogstens 200 bestanden tegelijk mee." in sam.text
    assert len(blobs(runtime)) == 200


def test_a_blocked_file_waits_for_a_choice(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction("EG0009999"), b"x")
    send(sam, draft, "zonder-naam.csv", b"y")
    sam.open(f"{draft}/routering")
    assert "Onbekende gemeenschap EG0009999. Kies een gemeenschap of zet" in sam.text
    assert "De gemeenschap staat niet in de naam." in sam.text
    sam.open(f"{draft}/vrijgeven")
    assert "2 bestanden zijn geblokkeerd." in sam.text

    action = row(sam, draft, correction("EG0009999"))
    sam.submit(action, {"actie": "kiezen", "gemeenschap": NOORD.lower()})
    sam.open(f"{draft}/routering?toon=aandacht")
    assert "De bestandsnaam noemt EG0009999, gekozen is EG0000001." in sam.text
    sam.submit(row(sam, draft, "zonder-naam.csv"), {"actie": "apart"})
    assert "Apart gezet 1" in sam.follow().get_data(as_text=True).replace(
        '<span class="num">', ""
    )
    assert release(sam, draft, "1").status_code == 303
    assert len(cast.mails("an@noord.example")) == 1
    before = blobs(cast.runtime)
    cast.tick("filedrop.drafts")
    assert len(before - blobs(cast.runtime)) == 1  # what was set aside is wiped


def test_a_choice_against_a_name_that_is_known_is_refused(sam: Visitor) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    sam.submit(
        row(sam, draft, correction(NOORD)), {"actie": "kiezen", "gemeenschap": ZUID}
    )
    sam.open(f"{draft}/routering")
    assert "(EG0000001) verschilt van de gekozen (EG0000002)." in sam.text
    sam.submit(row(sam, draft, correction(NOORD)), {"actie": "naam"})
    sam.open(f"{draft}/routering")
    assert "Klaar 1" in sam.text


def test_what_lies_there_already_does_not_go_again(sam: Visitor, cast: Cast) -> None:
    cast.publish({correction(NOORD): b"x"})
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    sam.open(f"{draft}/routering")
    assert "Staat er al met dezelfde inhoud: gaat niet opnieuw mee." in sam.text
    sam.open(f"{draft}/vrijgeven")
    assert "Er is niets nieuws om vrij te geven." in sam.text


def test_a_version_with_the_bytes_of_an_earlier_one_asks_for_attention(
    sam: Visitor, cast: Cast
) -> None:
    cast.publish({correction(NOORD): b"x"})
    draft = begin(sam)
    send(sam, draft, correction(NOORD, version=2), b"x")
    sam.open(f"{draft}/routering")
    assert "Zelfde inhoud als versie 1 van 26-10-2026." in sam.text


def test_what_is_removed_is_gone_at_once(sam: Visitor, runtime: Runtime) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    sam.submit(row(sam, draft, correction(NOORD)), {"actie": "verwijderen"})
    assert blobs(runtime) == set()


def test_the_checklist_is_no_program(sam: Visitor) -> None:
    draft = begin(sam)
    send(sam, draft, "=2+3.csv", b"x")
    answer = sam.open(f"{draft}/controlelijst.csv")
    assert answer.mimetype == "text/csv"
    assert "'=2+3.csv;" in answer.get_data(as_text=True)


def test_a_draft_dies_after_two_days_with_its_bytes_and_its_key(
    sam: Visitor, cast: Cast, runtime: Runtime
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    (day,) = runtime.keys.days()
    cast.clock.forward(hours=47, minutes=59)
    for tick in ("filedrop.drafts", "filedrop.keys", "filedrop.sweep"):
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


def test_one_document_goes_to_several_communities(
    sam: Visitor, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    draft = begin(sam, "adhoc")
    send(sam, draft, "brief.pdf", b"%PDF voor twee")
    assert send(sam, draft, "tweede.pdf", b"%PDF").status_code == 409
    action = row(sam, draft, "brief.pdf")
    sam.submit(action, {"actie": "kiezen", "gemeenschap": f"{NOORD},\n{ZUID} {NOORD}"})
    sam.open(f"{draft}/vrijgeven")
    assert "1 bestand voor 2 gemeenschappen" in sam.text or "2 bestanden" in sam.text
    assert release(sam, draft, "2").status_code == 303
    for login, address, mobile in (
        ("an.peeters", "an@noord.example", "+32470112227"),
        ("bo.maes", "bo@zuid.example", "+32471334455"),
    ):
        link = cast.mails(address)[0].text.split(SITE, 1)[1].split()[0]
        cast.settled(login)
        person = visitor()
        person.sign_in(cast, login, mobile)
        assert person.open(f"{link}/download").data == b"%PDF voor twee"


@pytest.mark.timeout(400)
def test_two_thousand_small_files_in_one_delivery(
    cast: Cast, colleague: Callable[[str, str], Visitor]
) -> None:
    cast.register(*(LINE.format(n) for n in range(1, 2001)))
    sam = colleague(SAM, "releaser")
    draft = begin(sam)
    for number in range(1, 2001):
        name = correction(f"EG{number:07}")
        assert send(sam, draft, name, name.encode()).status_code == 201
    sam.open(f"{draft}/routering?toon=alle&pagina=10")
    assert "Pagina 10 van 10" in sam.text
    assert "EG0002000" in sam.text
    assert release(sam, draft, "2.000").status_code == 303
    assert ("delivery.publish", SAM) in cast.audited("delivery.")
