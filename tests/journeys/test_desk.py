"""The colleagues' desk: what needs them first, the letters, the audit book."""

from collections.abc import Callable

import pytest

from tests.cast import (
    AN_MOBILE,
    NOORD,
    PASSWORD,
    SAM_MOBILE,
    STAFF_PASSWORD,
    ZUID,
    Cast,
    correction,
)
from tests.visitor import Visitor


def test_a_colleague_comes_home_to_what_needs_them(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("uploader")
    assert sam.open("/").headers["Location"] == "/beheer/"
    sam.follow()
    assert "1 e-mail niet aangekomen" in sam.text
    assert "0 beheerders downloadden nog niet" in sam.text
    assert "0 leveringen wachten op vrijgave" in sam.text
    assert "Gedownload 0 Geopend 0 Niet geopend 1 E-mail mislukt 1" in sam.text


def test_what_disappears_soon_is_counted_by_manager(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    cast.clock.set(2026, 11, 16, 12)
    sam = colleague("auditor")
    sam.open("/beheer/")
    assert "0 beheerders downloadden nog niet" in sam.text
    cast.clock.forward(days=1)
    sam.sign_in(cast, "auditor.claes", SAM_MOBILE, password=STAFF_PASSWORD)
    home = sam.open("/beheer/").data
    assert "2 beheerders downloadden nog niet (verdwijnt binnen 7 dagen)" in sam.text
    assert b'href="/beheer/leveringen/?stand=verdwijnt#beheerders"' in home
    sam.open("/beheer/leveringen/?stand=verdwijnt")
    assert "An Peeters an.peeters Bo Maes bo.maes" in sam.text
    sam.open("/beheer/leveringen/")
    assert "An Peeters" not in sam.text


def test_a_delivery_on_its_way_out_is_named(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"van Noord", correction(ZUID): b"Zuid"})
    sam = colleague("auditor")
    sam.open("/beheer/")
    assert "de verzending loopt, nog 2 e-mails." in sam.text
    assert "Alles is geleverd." not in sam.text
    cast.tick("post.deliver")
    sam.open("/beheer/")
    assert "verzending loopt" not in sam.text


def test_nothing_to_do_is_said_so(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("uploader")
    sam.open("/beheer/")
    assert "Alles is geleverd. Er wacht niets op jou." in sam.text
    assert "Nog geen leveringen." in sam.text


@pytest.mark.parametrize(
    ("role", "unseen"),
    [
        ("uploader", ["Auditlog"]),
        ("releaser", ["Auditlog"]),
        ("auditor", ["Nieuwe levering"]),
        ("admin", []),
    ],
)
def test_the_band_names_what_this_role_may_open(
    role: str, unseen: list[str], colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague(role)
    sam.open("/beheer/")
    assert sam.page is not None
    band = sam.page.get_data(as_text=True).split('<nav class="band"')[1]
    band = band.split("</nav>")[0]
    for word in ("Werkvoorraad", "Leveringen", "Berichten", "Auditlog"):
        assert (word in band) == (word not in unseen), word
    assert 'aria-current="page">Werkvoorraad' in band
    for word in unseen:
        assert word not in band


def test_a_letter_that_failed_goes_out_at_the_second_try(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    rein = colleague("releaser")
    rein.open("/beheer/berichten/")
    assert "Eerste e-mail, met login" in rein.text
    assert "Bo Maes b…@zuid.example" in rein.text
    assert "de mailserver: 550 no such user" in rein.text
    assert "bo@zuid.example" not in rein.text.replace("b…@zuid.example", "")

    cast.email.refused.clear()
    rein.submit("/beheer/berichten/opnieuw")
    rein.follow()
    assert "1 e-mail wordt opnieuw aangeboden." in rein.text
    assert len(cast.mails("bo@zuid.example")) == 1
    rein.open("/beheer/berichten/?stand=mislukt")
    assert "Er is geen enkele e-mail mislukt." in rein.text
    assert cast.audited("letter") == [("letter.retry", "releaser.claes")]


def test_one_letter_can_be_tried_alone_and_an_absent_one_cannot(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    rein = colleague("releaser")
    rein.open("/beheer/berichten/")
    assert rein.page is not None
    found = rein.page.get_data(as_text=True).split('name="id" value="')[1]
    assert rein.submit("/beheer/berichten/opnieuw", {"id": found.split('"')[0]})
    rein.follow()
    assert "Volgende poging" not in rein.text
    assert "Vertrekt zo meteen" in rein.text
    gone = rein.submit("/beheer/berichten/opnieuw", {"id": "999999"})
    assert gone.status_code == 404


def test_who_may_not_release_sees_letters_without_buttons(
    delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    lea = colleague("auditor")
    lea.open("/beheer/berichten/")
    assert "Opnieuw proberen" not in lea.text
    lea.open("/profiel")
    assert lea.submit("/beheer/berichten/opnieuw").status_code == 403


def test_the_audit_book_says_who_downloaded_what(
    delivery: str,
    cast: Cast,
    visitor: Callable[[], Visitor],
    colleague: Callable[[str], Visitor],
) -> None:
    an = visitor()
    an.sign_in(cast, "an.peeters", AN_MOBILE, password=PASSWORD)
    an.open("/bestanden/")
    assert an.page is not None
    file = an.page.get_data(as_text=True).split('id="kies-')[1][:22]
    an.open(f"/bestanden/{file}/download")

    lea, name = colleague("auditor"), correction(NOORD)
    lea.open("/beheer/auditlog")
    downloaded = f"An Peeters downloadde {name} (volledig)."
    assert f"{downloaded} {name} gelukt 192.0.2.1" in lea.text
    assert "Sam Claes gaf een levering vrij: 2 bestanden, 2 e-mails." in lea.text
    lea.open(f"/beheer/auditlog?bestand={name}&wie=an.peeters&soort=file")
    assert "downloadde" in lea.text
    assert "gaf een levering vrij" not in lea.text
    lea.open(f"/beheer/auditlog?gemeenschap={NOORD.lower()}")
    assert f"An Peeters downloadde {name} (volledig)." in lea.text
    assert f"sam.claes voegde gemeenschap {NOORD} toe." not in lea.text
    assert f"voegde gemeenschap {NOORD} toe." in lea.text
    lea.open(f"/beheer/auditlog?gemeenschap={ZUID}&soort=file")
    assert "Geen regels in deze selectie." in lea.text
    lea.open("/beheer/auditlog?gemeenschap=EG9999999")
    assert "Geen regels in deze selectie." in lea.text


def test_days_bound_the_audit_book_as_they_are_in_brussels(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    lea = colleague("auditor")
    lea.open("/beheer/auditlog?van=2026-10-27")
    assert "Geen regels in deze selectie." in lea.text
    lea.open("/beheer/auditlog?van=2026-10-26&tot=2026-10-26")
    assert "gaf een levering vrij" in lea.text
    lea.open("/beheer/auditlog?tot=2026-10-25")
    assert "Geen regels in deze selectie." in lea.text
    lea.open("/beheer/auditlog?van=gisteren")
    assert "gaf een levering vrij" in lea.text


def test_a_copy_of_the_audit_book_stands_in_the_book(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    lea = colleague("auditor")
    got = lea.open("/beheer/auditlog/csv?soort=delivery")
    lines = got.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert lines[0] == "tijdstip_utc;wie;naam;rol;actie;op_wat;resultaat;ip;zin"
    assert lines[1].startswith("2026-10-26T09:00:00.000+00:00;sam.claes;Sam Claes;")
    assert len(lines) == 2
    got = lea.open("/beheer/auditlog/json?soort=delivery")
    assert got.headers["Content-Disposition"].endswith('"auditlog.json"')
    assert got.json is not None
    (line,) = got.json
    assert (line["resultaat"], line["ip"]) == ("gelukt", "opdracht")
    assert line["details"] == {"files": 2, "letters": 2}
    assert cast.audited("audit") == [("audit.export", "auditor.claes")] * 2


@pytest.mark.parametrize("role", ["uploader", "releaser"])
def test_the_audit_book_is_shut_for_who_places_files(
    role: str, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague(role)
    assert sam.open("/beheer/auditlog").status_code == 403
    for copy in ("csv", "json", "1"):
        assert sam.open(f"/beheer/auditlog/{copy}").status_code == 403
