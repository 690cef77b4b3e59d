"""The pictures of README and user guide: each a page, and the way to it."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page

from app.demo import cast
from app.demo.cast import AN, ELS, GENTBRUGGE, LEIEKANT, WETTEREN, Manager
from app.demo.citizens import WARMTEPLAN
from tests.pictures.scene import LETTER, MANY, UNKNOWN, Scene

Way = Callable[[Scene], Page]
PICTURES: dict[str, Way] = {}
NOOR = Manager("noor.baert", "Noor Baert", "noor@gentbrugge.example", "+32470000419")
REGISTER: FilePayload = {
    "name": "register.csv",
    "mimeType": "text/csv",
    "buffer": cast.register((LEIEKANT, AN), (WETTEREN, ELS), (GENTBRUGGE, NOOR)),
}
# a new one each time would be another picture each time
HIDE = "(one) => { one.value = one.value.replace(/[^/]+(?=\\.ics)/, '…'); }"
HIDE_CODE = "(one) => { one.textContent = one.textContent.replace(/[^/]+$/, '…'); }"
CHOSEN = "Vier linden aan de Leie"


def picture(way: Way) -> Way:
    """A picture is named after the function that shows the way to its page."""
    PICTURES[way.__name__.replace("_", "-")] = way
    return way


@picture
def sign_in(scene: Scene) -> Page:
    return scene.at(scene.guest, "/aanmelden")


@picture
def own_password(scene: Scene) -> Page:
    return scene.jan


@picture
def code(scene: Scene) -> Page:
    scene.jan.fill("[name=nieuw_wachtwoord]", CHOSEN)
    scene.jan.press("[name=nieuw_wachtwoord]", "Enter")
    scene.jan.wait_for_url("**/code")
    return scene.jan


@picture
def forgot(scene: Scene) -> Page:
    return scene.at(scene.guest, "/wachtwoord-vergeten")


@picture
def inbox(scene: Scene) -> Page:
    return scene.at(scene.an, "/bestanden/")


@picture
def inbox_phone(scene: Scene) -> Page:
    return scene.an.page


@picture
def chosen(scene: Scene) -> Page:
    page = scene.at(scene.an, "/bestanden/")
    for box in page.locator("input[name=id]").all()[:2]:
        box.check()
    return page


@picture
def remove(scene: Scene) -> Page:
    page = scene.an.page
    page.get_by_role("button", name="Verwijderen").click()
    page.wait_for_selector("dialog[open]")
    return page


@picture
def file(scene: Scene) -> Page:
    return scene.at(scene.an, scene.first(scene.an, "/bestanden/", ".file__name"))


@picture
def receipts(scene: Scene) -> Page:
    return scene.at(scene.an, "/ontvangstbewijzen")


@picture
def agenda(scene: Scene) -> Page:
    page = scene.at(scene.an, "/bestanden/agenda")
    page.get_by_role("button", name="Adres maken").click()
    page.get_by_label("Adres van uw agenda").evaluate(HIDE)
    return page


@picture
def profile(scene: Scene) -> Page:
    return scene.at(scene.an, "/profiel")


@picture
def desk(scene: Scene) -> Page:
    return scene.at(scene.sam, "/beheer/")


@picture
def upload(scene: Scene) -> Page:
    assert scene.draft
    return scene.sam.page


@picture
def new_delivery_start(scene: Scene) -> Page:
    return scene.at(scene.sam, "/beheer/leveringen/nieuw")


@picture
def routing(scene: Scene) -> Page:
    return scene.at(scene.sam, f"{scene.draft}/routering?toon=alle")


@picture
def release(scene: Scene) -> Page:
    for name in (UNKNOWN, LETTER):
        page = scene.at(scene.sam, f"{scene.draft}/routering?toon=alle")
        page.locator("tr", has_text=name).get_by_text("Apart zetten").click()
        page.wait_for_load_state()
    return scene.at(scene.sam, f"{scene.draft}/vrijgeven")


@picture
def letter_review(scene: Scene) -> Page:
    return scene.at(scene.sam, f"{scene.draft}/berichten")


@picture
def deliveries(scene: Scene) -> Page:
    return scene.at(scene.sam, "/beheer/leveringen/")


@picture
def delivery(scene: Scene) -> Page:
    path = scene.first(scene.sam, "/beheer/leveringen/", "a:has-text('11-11-2026')")
    return scene.at(scene.sam, path)


@picture
def mail_again(scene: Scene) -> Page:
    return scene.at(scene.sam, f"{scene.bounced}/verwittigen")


@picture
def address(scene: Scene) -> Page:
    path = scene.first(scene.lies, scene.bounced, "a[href*='/adres/']")
    return scene.at(scene.lies, path)


@picture
def letters(scene: Scene) -> Page:
    return scene.at(scene.lies, "/beheer/berichten/")


@picture
def communities(scene: Scene) -> Page:
    return scene.at(scene.lies, "/beheer/gemeenschappen/")


@picture
def community(scene: Scene) -> Page:
    return scene.at(scene.lies, f"/beheer/gemeenschappen/{GENTBRUGGE.identifier}")


@picture
def register(scene: Scene) -> Page:
    page = scene.at(scene.lies, "/beheer/gemeenschappen/importeren")
    page.set_input_files("#bestand", [REGISTER])
    page.get_by_role("button", name="Nakijken").click()
    page.get_by_role("button", name="Importeren").wait_for()
    return page


@picture
def audit_book(scene: Scene) -> Page:
    return scene.at(scene.lies, "/beheer/auditlog?wie=an.peeters")


@picture
def departure(scene: Scene) -> Page:
    page = scene.at(scene.sam, f"{scene.draft}/vrijgeven")
    page.fill("#aantal", str(len(MANY)))
    page.get_by_role("button", name="Vrijgeven").click()
    page.get_by_role("button", name="Tegenhouden").wait_for()
    return page


@picture
def services(scene: Scene) -> Page:
    return scene.at(scene.mia, "/diensten/")


@picture
def plan(scene: Scene) -> Page:
    page = scene.at(
        scene.guest, f"/verbruik/dienstverlener/{WARMTEPLAN.kbo}/stappenplan"
    )
    page.locator(".plan__url code").last.evaluate(HIDE_CODE)
    return page
