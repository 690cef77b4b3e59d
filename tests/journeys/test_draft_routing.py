"""A draft's routing: what is blocked, what asks for attention, who chooses for whom."""

from collections.abc import Callable

from app.runtime import Runtime
from tests.cast import NOORD, ZUID, Cast, correction
from tests.drafting import begin, blobs, released, row, send
from tests.visitor import SITE, Visitor


def test_a_blocked_file_waits_for_a_choice(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction("EG0009999"), b"x")
    send(sam, draft, "zonder-naam.csv", b"y")
    sam.open(f"{draft}/routering")
    assert "Onbekende gemeenschap EG0009999. Kies een gemeenschap of zet" in sam.text
    assert "De naam is niet van de vorm CORR_2026-05_EG0001234_V01.csv" in sam.text
    assert "Los eerst 2 geblokkeerde bestanden op; dan kan je verder." in sam.text
    assert "Berichten nakijken Controlelijst" not in sam.text
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
    sam.open(f"{draft}/routering?toon=geblokkeerd")
    assert "Er is niets meer geblokkeerd. Toon alle bestanden" in sam.text
    assert "Berichten nakijken Controlelijst" in sam.text
    assert released(sam, cast, draft, "1").status_code == 303
    assert len(cast.mails("an@noord.example")) == 1
    before = blobs(cast.runtime)
    cast.tick("filedrop.drafts")
    assert len(before - blobs(cast.runtime)) == 1  # what was set aside is wiped


def test_all_that_is_blocked_is_set_aside_at_once(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    for name in (correction(NOORD), correction("EG0009999"), "nota.docx"):
        send(sam, draft, name, name.encode())
    sam.open(f"{draft}/routering")
    assert "Alle geblokkeerde apart zetten" in sam.text
    assert sam.submit(f"{draft}/apart").status_code == 303
    sam.follow()
    assert "2 bestanden staan apart en gaan niet mee." in sam.text
    assert "Klaar 1" in sam.text
    assert "Apart gezet 2" in sam.text
    assert "Alle geblokkeerde" not in sam.text
    assert sam.submit(f"{draft}/apart").status_code == 303  # twice, by a quick hand
    sam.follow()
    assert "0 bestanden staan apart" not in sam.text
    assert cast.audited("draft.set_aside") == [("draft.set_aside", "sam.claes")] * 2


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


def test_who_types_what_cannot_be_stays_in_the_draft(sam: Visitor) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    action = row(sam, draft, correction(NOORD))
    for typed, said in (
        (f"{NOORD} {ZUID}", "Een correctiebestand gaat naar één gemeenschap."),
        (" , ", "Typ het nummer van een gemeenschap."),
    ):
        answer = sam.submit(action, {"actie": "kiezen", "gemeenschap": typed})
        assert answer.status_code == 303
        sam.follow()
        assert said in sam.text
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


def test_one_document_goes_to_several_communities(
    sam: Visitor, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    draft = begin(sam, "adhoc")
    send(sam, draft, "brief.pdf", b"%PDF voor twee")
    assert send(sam, draft, "tweede.pdf", b"%PDF").status_code == 409
    action = row(sam, draft, "brief.pdf")
    assert "Geblokkeerd Kies voor welke gemeenschappen dit document is." in sam.text
    assert "niet van de vorm" not in sam.text
    sam.submit(action, {"actie": "kiezen", "gemeenschap": f"{NOORD},\n{ZUID} {NOORD}"})
    sam.open(f"{draft}/vrijgeven")
    assert "1 document voor 2 gemeenschappen" in sam.text
    assert "Elke gemeenschap krijgt een eigen exemplaar" in sam.text
    assert released(sam, cast, draft, "2").status_code == 303
    assert b"<h1>Ad-hocbericht van 26-10-2026</h1>" in sam.follow().data
    cast.publish({correction(NOORD): b"x"})
    sam.open("/beheer/leveringen/")
    assert sam.text.count("Ad-hocbericht · door sam.claes") == 1
    for login, address, mobile in (
        ("an.peeters", "an@noord.example", "+32470112227"),
        ("bo.maes", "bo@zuid.example", "+32471334455"),
    ):
        link = cast.mails(address)[0].text.split(SITE, 1)[1].split()[0]
        cast.settled(login)
        person = visitor()
        person.sign_in(cast, login, mobile)
        assert person.open(f"{link}/download").data == b"%PDF voor twee"
