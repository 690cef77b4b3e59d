"""Communities in light, in dark and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.person import Person
from tests.cast import AN, BO, HEADER, NOORD, SAM_MOBILE, ZUID, Cast, correction

LIST = "/beheer/gemeenschappen/"
LEEN = f"{ZUID};Buurtstroom Zuid;leen.wouters;Leen Wouters;leen@zuid.example;0472334456"
NEW = (
    "EG0000007;Windkracht Wetteren cv;els.wouters;Els Wouters;els@w.example;0472334457"
)


@pytest.fixture
def lies(arrive: Callable[..., Person], cast: Cast) -> Person:
    """Lies is admin."""
    cast.everybody()
    cast.register(LEEN)
    cast.publish(
        {correction(NOORD): b"x" * 910_000, correction(ZUID): b"y" * 1_200_000}
    )
    cast.staff("lies.claes", "admin")
    person = arrive()
    person.sign_in(cast, "lies.claes", cast.staff_passwords["lies.claes"], SAM_MOBILE)
    return person


def test_a_community_and_what_can_be_done(lies: Person) -> None:
    page = lies.page
    lies.open(LIST)
    lies.check("communities")
    page.get_by_role("link", name="Buurtstroom Zuid").click()
    lies.check("community")
    page.get_by_role("link", name="Blokkeren Leen Wouters").click()
    lies.check("community-block")
    page.get_by_role("button", name="Blokkeren").click()
    page.get_by_text("Leen Wouters is geblokkeerd.").wait_for()
    lies.check("community-blocked")
    page.get_by_role("link", name="Adres aanpassen Bo Maes").click()
    page.get_by_label("Gsm-nummer").fill("0470 11 22 27")  # An's
    page.get_by_label("Ik heb de beller herkend").check()
    page.get_by_role("button", name="Adres aanpassen").click()
    page.get_by_label("Dit gsm-nummer toch gebruiken").wait_for()
    lies.check("community-address")
    page.get_by_role("link", name="Annuleren").click()
    page.get_by_role("link", name="Beheerder toevoegen").click()
    page.get_by_role("button", name="Beheerder toevoegen").click()
    page.wait_for_selector("#fouten")
    lies.check("community-manager")


def test_a_register_is_looked_at_before_it_is_taken_in(
    lies: Person, tmp_path: Path
) -> None:
    page, file = lies.page, tmp_path / "register.csv"
    file.write_text(HEADER + AN.replace("0470 11", "0912") + "\nte;weinig\n")
    lies.open(f"{LIST}importeren")
    lies.check("register")
    page.set_input_files("#bestand", file)
    page.get_by_role("button", name="Nakijken").click()
    page.wait_for_selector("#fouten")
    lies.check("register-wrong")
    file.write_text("\n".join([HEADER.strip(), AN.replace("27", "28"), BO, NEW]))
    page.set_input_files("#bestand", file)
    page.get_by_role("button", name="Nakijken").click()
    page.get_by_text("2 regels veranderen iets").wait_for()
    lies.check("register-shown")
    page.get_by_role("button", name="Importeren").click()
    page.wait_for_url(f"**{LIST}")
    page.get_by_text("Windkracht Wetteren cv").wait_for()
