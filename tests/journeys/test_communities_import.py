"""An admin imports a register by page: looked at first, taken in as it was shown."""

import io
from collections.abc import Callable

import pytest

from tests.cast import AN, BO, HEADER, NOORD, ZUID, Cast
from tests.visitor import SITE, Visitor

PAGE = "/beheer/gemeenschappen/importeren"
CONFIRM = f"{PAGE}/bevestigen"
ELS = f"{NOORD};Zonnedelen Noord cv;els.claes;Els Claes;els@noord.example;0472 00 11 22"


@pytest.fixture
def lies(colleague: Callable[[str], Visitor]) -> Visitor:
    return colleague("admin")


def look(lies: Visitor, *lines: str, content: bytes | None = None) -> int:
    """Choose a register and have it looked at."""
    lies.open(PAGE)
    text = content if content is not None else (HEADER + "\n".join(lines)).encode()
    form = {"csrf_token": lies.token(), "bestand": (io.BytesIO(text), "register.csv")}
    lies.page = lies.client.post(PAGE, base_url=SITE, data=form)
    return lies.page.status_code


def seen(lies: Visitor) -> str:
    """What the page carries to the second step."""
    assert lies.page is not None
    html = lies.page.get_data(as_text=True)
    return html.split('name="gezien" value="')[1].split('"')[0]


def test_a_register_is_shown_first_and_taken_in_when_confirmed(
    cast: Cast, lies: Visitor
) -> None:
    assert look(lies, AN, BO) == 200
    assert "Nieuwe gemeenschappen 2" in lies.text
    assert "Nieuwe beheerders 2" in lies.text
    assert "2 regels veranderen iets" in lies.text
    assert cast.audited("community") == []
    sealed = seen(lies)
    assert "an@noord.example" not in sealed
    assert lies.submit(CONFIRM, {"gezien": sealed}).status_code == 303
    lies.follow()
    assert "2 nieuwe gemeenschappen, 2 nieuwe beheerders" in lies.text
    assert "Zonnedelen Noord cv" in lies.text
    assert {by for _, by in cast.audited("community")} == {"admin.claes"}


def test_the_columns_can_be_copied_from_the_page(lies: Visitor) -> None:
    page = lies.open(PAGE).get_data(as_text=True).replace("<wbr>", "")
    assert HEADER.strip() in page


def test_what_changes_is_told_apart_from_what_stays(cast: Cast, lies: Visitor) -> None:
    cast.register(AN, BO)
    moved = AN.replace("22 27", "22 28").replace("Noord cv", "Noord bv")
    assert look(lies, moved, BO, ELS.replace("Noord cv", "Noord bv")) == 200
    assert "Andere namen van gemeenschappen 1" in lies.text
    assert "Beheerders met andere gegevens 1" in lies.text
    assert "Wie een gemeenschap erbij krijgt 1" in lies.text
    assert "Ongewijzigde regels 1" in lies.text
    assert "wordt afgemeld" in lies.text
    assert "van Zonnedelen Noord cv → naar Zonnedelen Noord bv" in lies.text
    assert "van +32470112227 → naar +32470112228" in lies.text


def test_the_same_register_again_has_nothing_to_confirm(
    cast: Cast, lies: Visitor
) -> None:
    cast.register(AN, BO)
    assert look(lies, AN, BO) == 200
    assert "Er verandert niets" in lies.text
    assert lies.page is not None
    assert "gezien" not in lies.page.get_data(as_text=True)


def test_every_wrong_line_is_told_and_nothing_changes(
    cast: Cast, lies: Visitor
) -> None:
    bad = BO.replace(ZUID, "EG12"), ELS.replace("0472 00 11 22", "09 211 22 33")
    assert look(lies, AN, *bad, AN, "te;weinig", "sam.claes") == 422
    for sentence in (
        "Regel 3: 'EG12' is geen nummer van een gemeenschap",
        "Regel 4: Het nummer is geen gsm-nummer",
        f"Regel 5: an.peeters staat al bij {NOORD}.",
        "Regel 6: 2 kolommen in plaats van 6.",
    ):
        assert sentence in lies.text
    assert "Er is niets geïmporteerd." in lies.text
    assert cast.audited("community") == []


def test_a_colleague_in_the_register_is_told_with_the_line(
    cast: Cast, lies: Visitor
) -> None:
    assert look(lies, BO, AN.replace("an.peeters", "admin.claes")) == 422
    assert "Regel 3: De login admin.claes is van een medewerker." in lies.text


def test_what_came_between_is_shown_before_it_is_taken_in(
    cast: Cast, lies: Visitor
) -> None:
    look(lies, AN, BO)
    sealed = seen(lies)
    cast.register(AN)
    assert lies.submit(CONFIRM, {"gezien": sealed}).status_code == 409
    assert "Intussen is er iets gewijzigd." in lies.text
    assert "Nieuwe gemeenschappen 1" in lies.text
    assert lies.submit(CONFIRM, {"gezien": seen(lies)}).status_code == 303


def test_other_old_data_than_were_shown_are_shown_before_they_are_replaced(
    cast: Cast, lies: Visitor
) -> None:
    cast.register(AN)
    look(lies, AN.replace("22 27", "22 28"))
    sealed = seen(lies)
    cast.register(AN.replace("22 27", "22 29"))
    assert lies.submit(CONFIRM, {"gezien": sealed}).status_code == 409
    assert "van +32470112229 → naar +32470112228" in lies.text


def test_only_what_was_shown_to_this_colleague_just_now_is_taken_in(
    cast: Cast, lies: Visitor, colleague: Callable[[str], Visitor]
) -> None:
    look(lies, AN)
    sealed = seen(lies)
    for forged in ("", "x.test", sealed[:-30] + sealed[-24:], sealed + "x"):
        assert lies.submit(CONFIRM, {"gezien": forged}).status_code == 410
    cast.staff("jo.claes", "admin")
    cast.settled("jo.claes")
    for _ in range(3):  # half an hour, at work
        cast.clock.forward(minutes=10)
        lies.open(PAGE)
    assert lies.submit(CONFIRM, {"gezien": sealed}).status_code == 410
    assert "Dit is te lang geleden nagekeken." in lies.text
    assert cast.audited("community") == []


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 422, "Kies eerst een bestand dat niet leeg is."),
        (b"a;b\n", 422, "Regel 1: de kolommen moeten zijn:"),
        (b"x" * 500_000, 413, "Te groot"),
    ],
)
def test_what_is_no_register_is_refused(
    content: bytes, status: int, sentence: str, lies: Visitor
) -> None:
    assert look(lies, content=content) == status
    assert sentence in lies.text


def test_a_form_of_another_site_is_refused(lies: Visitor) -> None:
    form = {"bestand": (io.BytesIO(HEADER.encode()), "register.csv")}
    assert lies.client.post(PAGE, base_url=SITE, data=form).status_code == 400
