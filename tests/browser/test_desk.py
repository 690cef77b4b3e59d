"""The colleagues' pages in light, in dark and on a phone: nothing to complain of."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from notifier import SendFailed
from tests.browser.person import Person
from tests.cast import AN, AN_MOBILE, NOORD, SAM_MOBILE, ZUID, Cast, correction
from tests.departing import waiting
from tests.drafting import leave

LEEN = f"{ZUID};Buurtstroom Zuid;leen.wouters;Leen Wouters;leen@zuid.example;0472334456"
REFUSED = SendFailed("the relay: 550 5.1.1 no such user here", permanent=True)


@pytest.fixture
def delivery(cast: Cast) -> str:
    """Two deliveries: of one, somebody downloaded, opened, was not reached."""
    cast.everybody()
    cast.register(AN, LEEN)
    cast.email.refused["bo@zuid.example"] = REFUSED
    months = ("2026-07", "2026-08", "2026-09")
    files = {correction(NOORD, month=m): b"x" * 910_000 for m in months}
    placed = cast.publish({**files, correction(ZUID): b"y" * 1_200_000})
    cast.tick("post.deliver")
    cast.settled()
    return placed.delivery


@pytest.fixture
def lies(
    delivery: str,
    arrive: Callable[..., Person],
    cast: Cast,
) -> Person:
    """Lies is admin; An took one file in hands and read another's page."""
    an = arrive()
    an.sign_in(cast, "an.peeters", "Vier linden aan de Leie", AN_MOBILE)
    links = an.page.locator("tbody .file__name").all()
    paths = [str(link.get_attribute("href")) for link in links]
    for path in paths[:2]:
        an.open(path)
    with an.page.expect_download():
        an.page.evaluate(f"location.assign('{paths[0]}/download')")
    cast.clock.forward(days=23)
    cast.staff("lies.claes", "admin")
    person = arrive()
    person.sign_in(cast, "lies.claes", cast.staff_passwords["lies.claes"], SAM_MOBILE)
    return person


def test_the_desk_and_its_lists(lies: Person, delivery: str, cast: Cast) -> None:
    waiting(cast, correction(NOORD), by="lies.claes")  # which lies there already
    leave(cast)
    waiting(cast, correction(NOORD, month="2026-06"), by="lies.claes")
    for minutes in (0, 8, 7):  # and stays signed in
        cast.clock.forward(minutes=minutes)
        lies.open("/beheer/")
    expect(lies.page.get_by_role("alert")).to_contain_text("is niet vertrokken.")
    expect(lies.page.get_by_text("moeten vertrekken")).to_be_visible()
    lies.check("desk")
    for path, name in (
        ("/beheer/leveringen/", "deliveries"),
        ("/beheer/leveringen/?zoek=nergens", "deliveries-none"),
        ("/beheer/berichten/", "letters"),
        ("/beheer/berichten/?stand=wacht", "letters-none"),
        ("/hulp", "help-staff"),
        ("/beheer/auditlog", "audit"),
        ("/beheer/auditlog?wie=niemand", "audit-none"),
    ):
        lies.open(path)
        lies.check(name)
    cast.tick("desk.day")
    lies.open("/beheer/auditlog")
    lies.page.locator("tbody a").first.click()
    lies.page.wait_for_selector(".facts")
    lies.check("audit-line")


def test_a_delivery_and_what_can_be_done(lies: Person, delivery: str) -> None:
    page = lies.page
    lies.open(f"/beheer/leveringen/{delivery}")
    page.get_by_text("Wat betekenen deze woorden?").click()
    lies.check("delivery")
    page.get_by_role("link", name="Adres aanpassen Bo Maes").click()
    lies.check("address")
    page.get_by_role("button", name="Adres aanpassen").click()
    page.wait_for_selector("#fouten")
    lies.check("address-wrong")
    page.get_by_label("E-mailadres").fill("bo.maes@zuid.example")
    page.get_by_label("Ik heb de beller herkend").check()
    page.get_by_role("button", name="Adres aanpassen").click()
    page.wait_for_url("**/verwittigen?**")
    lies.check("mail-again")
    page.get_by_role("button", name="Opnieuw verwittigen").click()
    page.wait_for_url(f"**/{delivery}")
    assert "1 beheerder krijgt opnieuw een e-mail." in page.inner_text("main")


def test_the_keyboard_alone_walks_a_delivery(
    delivery: str, arrive: Callable[..., Person], cast: Cast
) -> None:
    cast.staff("lies.claes", "admin")
    lies = arrive()
    lies.sign_in(cast, "lies.claes", cast.staff_passwords["lies.claes"], SAM_MOBILE)
    lies.open(f"/beheer/leveringen/{delivery}")
    stops = lies.walk()
    assert stops.index("Opnieuw verwittigen") < stops.index("Zoek")
    assert "Adres aanpassen\nBo Maes" in stops


def test_the_numbers_of_a_delivery_that_goes_out_stay_fresh(
    arrive: Callable[..., Person], cast: Cast
) -> None:
    cast.everybody()
    placed = cast.publish({correction(NOORD): b"x"})
    cast.staff("lies.claes", "admin")
    lies = arrive()
    lies.sign_in(cast, "lies.claes", cast.staff_passwords["lies.claes"], SAM_MOBILE)
    lies.page.clock.install()
    lies.open(f"/beheer/leveringen/{placed.delivery}")
    said = lies.page.locator("[data-said]")
    expect(said).to_contain_text("nog 1 e-mail.")
    cast.tick("post.deliver")
    lies.page.clock.run_for(15_000)
    expect(said).to_contain_text("1 e-mail aanvaard, 0 mislukt.")
    expect(lies.page.get_by_label("E-mail aanvaard")).to_have_js_property("value", 1)
    assert lies.complaints == []
