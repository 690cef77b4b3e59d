"""Colleagues follow a delivery: who has it, who was not reached, and what to do."""

from collections.abc import Callable

import pytest

from app.runtime import Runtime
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
from tests.journeys.conftest import REFUSED
from tests.visitor import SITE, Visitor


@pytest.fixture
def an(delivery: str, cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    person = visitor()
    person.sign_in(cast, "an.peeters", AN_MOBILE, password=PASSWORD)
    return person


def page(delivery: str, query: str = "") -> str:
    return f"/beheer/leveringen/{delivery}{query}"


def first_file(an: Visitor) -> str:
    an.open("/bestanden/")
    assert an.page is not None
    return an.page.get_data(as_text=True).split('id="kies-')[1][:22]


def test_a_file_goes_from_mailed_to_opened_to_downloaded(
    delivery: str, an: Visitor, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("uploader")
    assert sam.open(page(delivery)).status_code == 200
    assert "Gedownload 0 Geopend 0 Niet geopend 1 E-mail mislukt 1" in sam.text
    assert "550 no such user" in sam.text

    file = first_file(an)
    an.open(f"/bestanden/{file}")
    sam.open(page(delivery))
    assert "Gedownload 0 Geopend 1 Niet geopend 0 E-mail mislukt 1" in sam.text

    an.open(f"/bestanden/{file}/download")
    sam.open(page(delivery))
    assert "Gedownload 1 Geopend 0 Niet geopend 0 E-mail mislukt 1" in sam.text
    sam.open("/beheer/leveringen/")
    assert "Gedownload 1 Geopend 0 Niet geopend 0 E-mail mislukt 1" in sam.text


def test_filters_and_words_choose_among_the_files(
    delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("auditor")
    sam.open(page(delivery, "?stand=mislukt"))
    assert correction(ZUID) in sam.text
    assert correction(NOORD) not in sam.text
    sam.open(page(delivery, "?stand=niet-gedownload"))
    assert "Gedownload 0 Niet gedownload 2 Geopend 0" in sam.text
    assert correction(NOORD) in sam.text
    assert correction(ZUID) in sam.text
    sam.open(page(delivery, "?zoek=zonnedelen"))
    assert correction(NOORD) in sam.text
    assert correction(ZUID) not in sam.text
    sam.open(page(delivery, "?zoek=nergens"))
    assert "Geen bestanden in deze selectie." in sam.text


def test_the_table_is_there_as_csv(
    delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("auditor")
    got = sam.open(page(delivery, "/csv?stand=mislukt"))
    assert got.mimetype == "text/csv"
    header, line = got.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert header.startswith("gemeenschap_id;gemeenschap;bestand;stand")
    assert f"{ZUID};Buurtstroom Zuid;{correction(ZUID)};E-mail mislukt" in line
    assert "Bo Maes;geweigerd;de mailserver: 550 no such user" in line


def test_who_moved_gets_a_letter_and_a_way_in_at_the_new_address(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    lies = colleague("admin")
    lies.open(page(delivery))
    assert lies.page is not None
    html = lies.page.get_data(as_text=True)
    path = html.split("Bo Maes")[1].split(f'href="{page(delivery, "/adres/")}')[1]
    path = page(delivery, "/adres/") + path.split('"')[0]
    lies.open(path)
    assert "Adres aanpassen van Bo Maes" in lies.text
    fields = {"email": "bo.maes@nieuw.example", "gsm": "0471 33 44 55"}
    assert lies.submit(path, fields).status_code == 422
    assert "Bevestig dat je de beller herkend hebt." in lies.text
    lies.open(path)
    done = lies.submit(path, {**fields, "herkend": "y"})
    assert done.status_code == 303
    lies.follow()
    assert "Bo Maes" in lies.text
    again = page(delivery, "/verwittigen")
    who = path.rpartition("/")[2]
    assert lies.submit(again, {"beheerder": who}).status_code == 303
    lies.follow()
    assert "1 beheerder krijgt opnieuw een e-mail." in lies.text

    change, first = cast.mails("bo.maes@nieuw.example")
    assert "Initieel wachtwoord:" not in change.text
    assert "Initieel wachtwoord:" in first.text  # the refused one died unread
    lies.open(page(delivery))
    assert "E-mail mislukt 0" in lies.text
    assert ("delivery.mail_again", "admin.claes") in cast.audited("delivery")


def test_who_never_got_the_first_letter_gets_a_link_beside_the_second(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    cast.email.refused.clear()
    rein, again = colleague("releaser"), page(delivery, "/verwittigen")
    rein.open(again)
    assert "die e-mail is geweigerd" in rein.text
    rein.submit(again)
    link, files = cast.mails("bo@zuid.example")
    assert "/wachtwoord-herstellen/" in link.text
    assert "/bestanden/" in files.text
    assert "Initieel wachtwoord:" not in link.text + files.text


def test_nobody_is_mailed_twice_in_one_breath(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    rein, again = colleague("releaser"), page(delivery, "/verwittigen")
    cast.clock.forward(minutes=10)
    before = len(cast.mails("an@noord.example"))
    rein.open(again)
    assert "2 beheerders krijgen een e-mail" in rein.text
    token = rein.token()
    for _ in range(2):
        form = {"csrf_token": token}
        sent = rein.client.post(again, base_url=SITE, data=form)
        assert sent.status_code == 303
    assert len(cast.mails("an@noord.example")) == before + 1
    rein.open(again)
    assert "Net verwittigd, krijgt nu geen e-mail" in rein.text


def test_what_was_downloaded_is_not_mailed_about(
    delivery: str, cast: Cast, an: Visitor, colleague: Callable[[str], Visitor]
) -> None:
    an.open(f"/bestanden/{first_file(an)}/download")
    cast.clock.forward(minutes=10)
    rein = colleague("releaser")
    rein.open(page(delivery, "/verwittigen"))
    assert "1 beheerder krijgt een e-mail" in rein.text
    assert "An Peeters" not in rein.text


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("uploader", 403), ("auditor", 403), ("releaser", 200), ("admin", 200)],
)
def test_who_releases_may_mail_again(
    role: str, allowed: int, delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague(role)
    assert sam.open(page(delivery, "/verwittigen")).status_code == allowed
    sam.open(page(delivery))
    assert ("Opnieuw verwittigen" in sam.text) == (allowed == 200)


def test_only_an_admin_changes_an_address(
    delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    rein = colleague("releaser")
    assert rein.open(page(delivery, "/adres/1")).status_code == 403


def test_a_manager_sees_none_of_it(delivery: str, an: Visitor) -> None:
    assert an.open("/beheer/leveringen/").status_code == 403
    assert an.open(page(delivery)).status_code == 403


def test_the_list_finds_a_delivery_by_what_it_held(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor], runtime: Runtime
) -> None:
    cast.clock.forward(minutes=1)
    cast.publish({correction(NOORD, month="2026-08"): b"augustus"})
    sam = colleague("auditor")
    sam.open("/beheer/leveringen/?zoek=2026-08")
    assert "1 levering, nieuwste eerst" in sam.text
    sam.open("/beheer/leveringen/?stand=mislukt")
    assert "1 levering, nieuwste eerst" in sam.text
    sam.open("/beheer/leveringen/?stand=verdwijnt")
    assert "Geen leveringen in deze selectie." in sam.text
    cast.clock.set(2026, 11, 18, 9)
    sam.sign_in(cast, "auditor.claes", SAM_MOBILE, password=STAFF_PASSWORD)
    sam.open("/beheer/leveringen/?stand=verdwijnt")
    assert "2 leveringen, nieuwste eerst" in sam.text


def test_a_delivery_that_goes_out_says_how_far_it_is(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    cast.everybody()
    cast.email.refused["bo@zuid.example"] = REFUSED
    placed = cast.publish({correction(NOORD): b"van Noord", correction(ZUID): b"Zuid"})
    page = f"/beheer/leveringen/{placed.delivery}"
    sam = colleague("auditor")
    answer = sam.open(page)
    assert '<meta http-equiv="refresh" content="15">' in answer.get_data(as_text=True)
    assert "De verzending loopt: nog 2 e-mails." in sam.text
    assert "E-mail aanvaard 0 van 2 e-mails" in sam.text
    now = sam.open(f"{page}/voortgang").json
    assert now
    assert now["more"]
    assert now["lines"]["placed"]["text"] == "2 bestanden"

    cast.tick("post.deliver")
    answer = sam.open(page)
    assert "http-equiv" not in answer.get_data(as_text=True)
    over = "2 bestanden geplaatst, 1 e-mail aanvaard, 1 mislukt."
    assert over in sam.text
    now = sam.open(f"{page}/voortgang").json
    assert now
    assert now["said"].endswith(over)
    assert not now["more"]


def test_a_page_that_was_left_open_stops_asking(
    cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    cast.everybody()
    placed = cast.publish({correction(NOORD): b"x"})
    cast.clock.forward(minutes=30)
    sam = colleague("auditor")
    answer = sam.open(f"/beheer/leveringen/{placed.delivery}")
    assert "De verzending loopt: nog 1 e-mail." in sam.text
    assert "http-equiv" not in answer.get_data(as_text=True)
