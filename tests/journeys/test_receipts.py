"""Receipts: one for each file that was sent whole, for who manages its community."""

import json
import secrets
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from threading import Barrier, Thread

import pytest
from pypdf import PdfReader

from tests.cast import AN_TOO, BO, BO_MOBILE, ELS, NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.receipts import Receipt, checked, cut, links, receipts
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
NAME = correction(NOORD, version=2)
CONTENT = secrets.token_bytes(2_500_000)


@pytest.fixture
def an(an_with: Callable[[dict[str, bytes]], Visitor]) -> Visitor:
    """An is in; for Noord lies a file of three segments."""
    return an_with({NAME: CONTENT})


@pytest.fixture
def link(an: Visitor, cast: Cast) -> str:
    return cast.link(NAME)


def test_a_file_that_was_sent_whole_has_a_receipt_and_a_second_time_makes_no_other(
    an: Visitor, link: str, cast: Cast
) -> None:
    assert receipts(an) == []
    assert "Nog geen downloads. Na elke download staat het bewijs hier." in an.text
    an.open(link)
    file = cast.file(NAME)
    only = [Receipt("26-10-2026 om 10.00 uur", NAME, "2", "An Peeters", file.sha256)]
    assert receipts(an) == only
    cast.clock.forward(minutes=5)
    an.open(link)
    assert receipts(an) == only


def test_a_look_at_the_headers_and_a_probe_of_a_few_bytes_make_none(
    an: Visitor, link: str, visitor: Arrive
) -> None:
    an.client.head(link, base_url=SITE)
    for span in ("0-0", "-1", "-4096", "0-1048575", "99999999-"):
        an.open(link, headers={"Range": f"bytes={span}"})
    assert visitor().open(link).status_code == 303  # a scanner of mail follows links
    assert receipts(an) == []
    assert "Onderbroken" in an.text
    assert "Van CORR_2026-09_EG0000001_V02.csv zijn 1.052.672 van 2.500.000" in an.text


def test_broken_off_thirty_times_and_resumed_over_days_makes_exactly_one(
    an: Visitor, link: str, cast: Cast, visitor: Arrive
) -> None:
    chance = Random(NAME)  # noqa: S311 - the same offsets in each run
    offsets = sorted(chance.sample(range(1, len(CONTENT)), 30))
    got = b""
    for number, offset in enumerate(offsets):
        got += cut(an, link, offset, len(got))
        assert len(got) == offset
        if number % 15 == 14:  # another day, another session
            cast.clock.forward(days=1)
            an = visitor()
            an.sign_in(cast, "an.peeters")
    assert receipts(an) == []
    got += an.open(link, headers={"Range": f"bytes={len(got)}-"}).data
    assert got == CONTENT
    (receipt,) = receipts(an)
    assert receipt.day == "28-10-2026 om 10.00 uur"
    assert "Onderbroken" not in an.text


def test_two_downloads_at_once_make_one(an: Visitor, link: str) -> None:
    start = Barrier(2)

    def fetch() -> None:
        them = Visitor(an.client.application.test_client())
        them.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
        them.show(an.cookie)
        start.wait()
        assert them.open(link).data == CONTENT

    threads = [Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts(an)) == 1


def test_of_a_zip_each_file_has_its_receipt_once_all_its_bytes_went(
    an: Visitor, cast: Cast
) -> None:
    second = correction(NOORD, month="2026-08")
    cast.publish({second: b"twee"})
    ids = [cast.file(name).public_id for name in (NAME, second)]
    path = f"/bestanden/zip?id={ids[0]}&id={ids[1]}"
    got = cut(an, path, len(CONTENT) - 7)
    assert receipts(an) == []
    got += an.open(path, headers={"Range": f"bytes={len(got)}-"}).data
    assert {receipt.file for receipt in receipts(an)} == {NAME, second}


def test_a_colleague_sees_it_and_who_manages_another_community_or_no_longer_does_not(
    an: Visitor, link: str, cast: Cast, visitor: Arrive, command: Callable[..., object]
) -> None:
    an.open(link)
    (receipt,) = receipts(an)
    papers = links(an)
    cast.register(ELS, AN_TOO, BO)
    cast.settled("els.claes")
    cast.settled("bo.maes")
    els, bo = visitor(), visitor()
    els.sign_in(cast, "els.claes", "+32470112227")
    assert receipts(els) == [receipt]
    assert [els.open(path).status_code for path in papers] == [200, 200]
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    assert receipts(bo) == []
    assert [bo.open(path).status_code for path in papers] == [404, 404]
    command("communities", "remove-manager", NOORD, "an.peeters")
    assert receipts(an) == []
    assert [an.open(path).status_code for path in papers] == [404, 404]


def test_it_outlives_the_file_and_tells_what_was_then_for_seven_years(
    an: Visitor, link: str, cast: Cast, visitor: Arrive
) -> None:
    an.open(link)
    before = receipts(an)
    papers = links(an)
    record = an.open(papers[1]).data
    cast.clock.forward(days=31)
    for tick in ("filedrop.purge", "filedrop.keys", "filedrop.forget"):
        cast.tick(tick)
    renamed = f"{NOORD};Andere naam;an.peeters;An Janssens;an@noord.example;0470112227"
    cast.register(renamed)
    assert cast.file(NAME).purged_at
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert receipts(an) == before
    assert an.open(papers[1]).data == record
    cast.clock.forward(days=2592)  # the last day of 2033
    cast.tick("filedrop.forget")
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert receipts(an) == before
    cast.clock.forward(days=4)
    cast.tick("filedrop.forget")
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert receipts(an) == []


def test_the_page_finds_by_file_by_person_and_by_community(
    an: Visitor, link: str, cast: Cast
) -> None:
    cast.register(AN_TOO)
    cast.publish({correction(ZUID): b"Zuid"})
    an.open(link)
    an.open(cast.link(correction(ZUID)))
    both, zuid = {NAME, correction(ZUID)}, {correction(ZUID)}
    for query, found in {
        "": both,
        "?zoek=_EG0000002_": zuid,
        "?zoek=peeters": both,
        "?zoek=buurtstroom": zuid,
        f"?gemeenschap={ZUID}": zuid,
        f"?gemeenschap={NOORD}&zoek=zuid": set(),
        "?zoek=%25&pagina=99999999": set(),
        "?pagina=niets": both,
    }.items():
        assert {receipt.file for receipt in receipts(an, query)} == found, query
    assert "Geen ontvangstbewijzen" not in an.text


SENTENCE = (
    "Op 26-10-2026 om 10.00.00 uur is het bestand CORR_2026-09_EG0000001_V02.csv "
    "(2.500.000 bytes, SHA-256 {sha256}) volledig verzonden aan An Peeters, beheerder "
    "van Zonnedelen Noord cv, na aanmelding met wachtwoord en sms-code."
)


@ONE_DATABASE
def test_on_paper_it_says_the_sentence_and_carries_the_record(
    an: Visitor, link: str, cast: Cast
) -> None:
    an.open(link)
    receipts(an)
    papers = links(an)
    answer = an.open(papers[0])
    assert answer.content_type == "application/pdf"
    assert f"Ontvangstbewijs_{NAME}.pdf" in answer.headers["Content-Disposition"]
    document = PdfReader(BytesIO(answer.data))
    (page,) = document.pages
    said = " ".join(page.extract_text().split())
    assert SENTENCE.format(sha256=cast.file(NAME).sha256) in said
    record = an.open(papers[1]).data
    assert list(document.attachments["ontvangstbewijs.json"]) == [record]
    assert json.loads(record)["receipt"]["sentence"] in said
    assert an.open(papers[0]).data == answer.data  # the same receipt, the same bytes


@ONE_DATABASE
def test_a_stranger_checks_the_record_with_the_key_that_the_portal_shows_to_all(
    an: Visitor, link: str, cast: Cast, visitor: Arrive, tmp_path: Path
) -> None:
    an.open(link)
    receipts(an)
    document = json.loads(an.open(links(an)[1]).data)
    path = document["key"].removeprefix(SITE)
    key = visitor().open(path)
    assert key.content_type == "application/jwk+json"
    said = checked(tmp_path, document, json.loads(key.data))
    assert said == SENTENCE.format(sha256=cast.file(NAME).sha256)
    assert visitor().open(f"{path}-of-nobody").status_code == 404
