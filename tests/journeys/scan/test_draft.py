"""A draft before the scanner: what is held, who hears of it, what goes on."""

import pytest

from app.filedrop.service_draft import Drafts
from app.runtime import Runtime
from storage.scanner import Doubt
from tests.cast import NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import begin, blobs, released, row, send
from tests.fakes_scanner import FakeScanner
from tests.servers.clamd import EICAR, FOUND
from tests.visitor import Visitor

SAM, AUDITOR = "sam.claes@fluvius.example", "au.ditor@fluvius.example"
BAD = correction(NOORD, month="2026-08")
QUARANTINE = "/beheer/leveringen/quarantaine"
SILENT = "De virusscanner antwoordt niet"


def subjects(cast: Cast, address: str = SAM) -> list[str]:
    return [mail.subject for mail in cast.mails(address)]


def one(sam: Visitor) -> str:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"van Noord")
    return draft


def post_release(sam: Visitor, cast: Cast, draft: str, count: str) -> int:
    """What somebody sends who never saw the page that would not let them."""
    with cast.runtime.reading() as session:
        found = Drafts.of(session, cast.runtime).show(draft.rpartition("/")[2])
    fields = {"vrijgave": found.release_id, "aantal": count}
    return sam.submit(f"{draft}/vrijgeven", fields).status_code


def test_of_three_files_the_infected_one_is_held_and_the_others_go(
    sam: Visitor, cast: Cast
) -> None:
    cast.staff("au.ditor", "auditor")
    draft = one(sam)
    send(sam, draft, BAD, b"lijn\n" + EICAR)
    send(sam, draft, correction(ZUID), b"van Zuid")
    for step in ("routering", "vrijgeven"):
        sam.open(f"{draft}/{step}")
        assert "3 bestanden worden nog gecontroleerd op virussen." in sam.text

    assert cast.tick("filedrop.scan") == 3
    sam.open(f"{draft}/routering")
    assert "Klaar 2" in sam.text
    assert f"De virusscanner vond {FOUND}. Verwijder het of zet het apart;" in sam.text
    assert "Los eerst 1 geblokkeerd bestand op; dan kan je verder." in sam.text
    assert "Wordt gecontroleerd" not in sam.text
    assert subjects(cast) == ["Virus gevonden: een bestand staat in quarantaine"]
    assert subjects(cast, AUDITOR) == []  # who looks on, and can do nothing about it
    assert cast.audited("file.hold") == [("file.hold", "energiepost")]

    sam.open("/beheer/")
    assert "1 bestand in quarantaine" in sam.text
    sam.open(QUARANTINE)
    assert "Concept van sam.claes" in sam.text
    sam.submit(row(sam, draft, BAD), {"actie": "apart"})
    sam.open(QUARANTINE)
    assert "Er staat niets in quarantaine." in sam.text
    assert released(sam, cast, draft, "2").status_code == 303
    assert len(cast.mails("an@noord.example")) == 1
    assert len(cast.mails("bo@zuid.example")) == 1
    assert cast.file(correction(NOORD)).finding == "clean"
    cast.tick("filedrop.drafts")
    assert len(blobs(cast.runtime)) == 2


@ONE_DATABASE
def test_no_post_releases_what_is_held_or_not_yet_looked_into(
    sam: Visitor, cast: Cast, scanner: FakeScanner
) -> None:
    draft = one(sam)
    assert post_release(sam, cast, draft, "1") == 422
    assert "De virusscanner heeft nog niet alle bestanden nagekeken." in sam.text
    scanner.down = Doubt.TOO_LARGE
    cast.tick("filedrop.scan")
    sam.open("/beheer/")
    assert post_release(sam, cast, draft, "1") == 422
    assert "Er zijn nog geblokkeerde bestanden." in sam.text
    assert cast.mails("an@noord.example") == []


def test_without_a_scanner_files_are_held_until_it_is_back(
    sam: Visitor, cast: Cast, scanner: FakeScanner
) -> None:
    scanner.down = Doubt.AWAY
    draft = one(sam)
    send(sam, draft, correction(ZUID), b"van Zuid")
    assert cast.tick("filedrop.scan") == 0  # one that is away is not asked for each
    sam.open(f"{draft}/routering")
    assert f"{SILENT}. Het wordt vanzelf opnieuw gecontroleerd." in sam.text
    assert "Geblokkeerd 2" in sam.text
    sam.open(f"{draft}/vrijgeven")
    assert "2 bestanden zijn geblokkeerd." in sam.text
    sam.open("/beheer/")
    assert "2 bestanden in quarantaine" in sam.text
    for _ in range(3):
        cast.clock.forward(minutes=2)
        cast.tick("filedrop.scan")
    assert subjects(cast) == [SILENT]

    scanner.down = None
    cast.clock.forward(minutes=2)
    assert cast.tick("filedrop.scan") == 2
    assert released(sam, cast, draft, "2").status_code == 303
    assert len(cast.mails("an@noord.example")) == 1

    scanner.down = Doubt.SILENT
    one(sam)
    cast.tick("filedrop.scan")
    assert subjects(cast) == [SILENT, SILENT]


def test_what_is_too_large_to_scan_waits_for_a_colleague(
    sam: Visitor, cast: Cast, scanner: FakeScanner
) -> None:
    scanner.down = Doubt.TOO_LARGE
    draft = one(sam)
    cast.tick("filedrop.scan")
    cast.clock.forward(minutes=10)
    assert cast.tick("filedrop.scan") == 0  # as large as it was
    sam.open(f"{draft}/routering")
    assert "te groot of te diep verpakt voor de virusscanner. Verwijder" in sam.text
    assert subjects(cast) == ["Een bestand kan niet op virussen gecontroleerd worden"]

    sam.submit(row(sam, draft, correction(NOORD)), {"actie": "controleren"})
    sam.follow()
    assert "Het wordt vanzelf opnieuw gecontroleerd." in sam.text
    cast.tick("filedrop.scan")
    assert len(subjects(cast)) == 1  # they know
    scanner.down = None
    file_id = row(sam, draft, correction(NOORD)).rpartition("/")[2]
    sam.open(QUARANTINE)
    assert sam.submit(QUARANTINE, {"id": file_id}).status_code == 303
    assert "zo meteen opnieuw gecontroleerd" in sam.follow().get_data(as_text=True)
    cast.tick("filedrop.scan")
    assert released(sam, cast, draft, "1").status_code == 303
    assert cast.audited("file.scan") == [("file.scan_again", "sam.claes")] * 2
    for no_longer in (file_id, "\0"):
        sam.open(QUARANTINE)
        assert sam.submit(QUARANTINE, {"id": no_longer}).status_code == 404


@ONE_DATABASE
def test_what_cannot_be_read_is_tried_again_by_itself(
    sam: Visitor, cast: Cast, scanner: FakeScanner
) -> None:
    scanner.down = Doubt.GARBLED
    draft = one(sam)
    cast.tick("filedrop.scan")
    sam.open(f"{draft}/routering")
    assert "De virusscanner kon dit bestand niet controleren. Het wordt" in sam.text
    cast.clock.forward(minutes=1)
    cast.tick("filedrop.scan")
    assert len(cast.audited("file.hold")) == 1, "not once more each minute"
    scanner.down = None
    cast.clock.forward(minutes=1)
    assert cast.tick("filedrop.scan") == 1
    sam.open(f"{draft}/routering")
    assert "Klaar 1" in sam.text


@ONE_DATABASE
def test_what_was_damaged_is_held_and_told(
    sam: Visitor, cast: Cast, runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    draft = one(sam)
    (path,) = (p for p in runtime.settings.blob_folder.rglob("*") if p.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert cast.tick("filedrop.scan") == 1
    assert "is held: damaged" in caplog.text
    assert len(subjects(cast)) == 1
    sam.open(f"{draft}/routering")
    assert "De virusscanner kon dit bestand niet controleren." in sam.text


@ONE_DATABASE
def test_what_was_infected_stays_so_while_the_scanner_is_away(
    sam: Visitor, cast: Cast, scanner: FakeScanner
) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), EICAR)
    cast.tick("filedrop.scan")
    scanner.down = Doubt.AWAY
    sam.submit(row(sam, draft, correction(NOORD)), {"actie": "controleren"})
    cast.tick("filedrop.scan")
    sam.open(f"{draft}/routering")
    assert f"De virusscanner vond {FOUND}." in sam.text


@ONE_DATABASE
def test_one_document_for_two_communities_is_looked_into_once(
    sam: Visitor, cast: Cast, scanner: FakeScanner
) -> None:
    draft = begin(sam, "adhoc")
    send(sam, draft, "brief.pdf", b"%PDF voor twee")
    action = row(sam, draft, "brief.pdf")
    sam.submit(action, {"actie": "kiezen", "gemeenschap": f"{NOORD} {ZUID}"})
    cast.tick("filedrop.scan")
    assert released(sam, cast, draft, "2").status_code == 303
    assert cast.tick("filedrop.scan") == 0
    assert scanner.seen == [b"%PDF voor twee"]
