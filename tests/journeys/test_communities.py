"""Colleagues look up a community and help its managers; only an admin acts."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import event

from app.communities.service import Communities
from app.runtime import Runtime
from tests.cast import AN_MOBILE, NOORD, PASSWORD, ZUID, Cast
from tests.visitor import Visitor

LIST = "/beheer/gemeenschappen/"
ELS = f"{NOORD};Zonnedelen Noord cv;els.claes;Els Claes;els@noord.example;0472 00 11 22"
Colleague = Callable[[str], Visitor]


@pytest.fixture
def an(delivery: str, cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    person = visitor()
    person.sign_in(cast, "an.peeters", AN_MOBILE, password=PASSWORD)
    return person


def deed(cast: Cast, login: str, what: str, number: str = NOORD) -> str:
    """Where that is asked for somebody."""
    with cast.runtime.reading() as session:
        person = Communities.of(session, cast.runtime).accounts.find(login)
    assert person
    return f"{LIST}{number}/beheerders/{person.id}/{what}"


def do(admin: Visitor, path: str) -> str:
    """Ask, confirm, and read where it leads."""
    assert admin.open(path).status_code == 200, admin.text
    assert admin.submit(path).status_code == 303, admin.text
    admin.follow()
    return admin.text


@pytest.mark.parametrize(
    "words", ["zonnedelen", NOORD[-3:], "AN@noord", "an.peet", "Peeters"]
)
def test_a_community_is_found_by_name_number_or_manager(
    words: str, delivery: str, colleague: Colleague
) -> None:
    sam = colleague("releaser")
    sam.open(f"{LIST}?zoek={words}")
    assert "Zonnedelen Noord cv" in sam.text
    assert "Buurtstroom Zuid" not in sam.text


def test_the_list_tells_what_came_last_and_what_was_taken(
    an: Visitor, colleague: Colleague
) -> None:
    an.open("/bestanden/")
    assert an.page is not None
    file = an.page.get_data(as_text=True).split('id="kies-')[1][:22]
    an.open(f"/bestanden/{file}/download")
    sam = colleague("uploader")
    sam.open(LIST)
    assert "26-10-2026 laatste download 26-10-2026 om 10.00 uur" in sam.text
    assert "Register importeren" not in sam.text
    sam.open(f"{LIST}?zoek=nergens")
    assert "Geen gemeenschappen in deze selectie." in sam.text
    sam.open(f"{LIST}?zoek=%00&pagina=99")
    assert "3 gemeenschappen, op naam" in sam.text


def test_before_the_first_register_the_list_says_so(colleague: Colleague) -> None:
    sam = colleague("uploader")
    sam.open(LIST)
    assert "Nog geen gemeenschappen." in sam.text


def test_the_list_asks_as_much_for_one_as_for_sixty(
    cast: Cast, colleague: Colleague, runtime: Runtime
) -> None:
    cast.everybody()
    sam, asked = colleague("auditor"), list[str]()
    engine = runtime.database.engine
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    sam.open(LIST)
    few = len(asked)
    cast.register(
        *(
            f"EG{i:07};Buurt {i};login{i};Els {i};els{i}@x.example;04700011{i}"
            for i in range(20, 80)
        )
    )
    asked.clear()
    sam.open(LIST)
    assert "1 tot 50 van 63" in sam.text
    assert len(asked) == few


def test_the_page_shows_who_manages_what_came_and_what_happened(
    an: Visitor, delivery: str, colleague: Colleague
) -> None:
    sam = colleague("uploader")
    sam.open(LIST + NOORD)
    assert "Je ziet wat de beheerder ziet, zonder inhoud." in sam.text
    assert "Actief laatst aangemeld op 26-10-2026 om 10.00 uur" in sam.text
    assert "1 bestand gedownload 0 van 1" in sam.text
    assert "An Peeters meldde zich aan." in sam.text
    assert f"Sam Claes voegde gemeenschap {NOORD} toe." in sam.text
    assert "Blokkeren" not in sam.text
    assert sam.page is not None
    assert f"/beheer/leveringen/{delivery}" in sam.page.get_data(as_text=True)
    sam.open(LIST + ZUID)
    assert "Nog niet aangemeld" in sam.text


@pytest.mark.parametrize("number", ["EG9999999", "noord", "%00", NOORD.lower()])
def test_a_community_that_is_not_there_is_not_found(
    number: str, delivery: str, colleague: Colleague
) -> None:
    assert colleague("auditor").open(LIST + number).status_code == 404


def test_who_is_blocked_is_out_at_once_and_may_be_let_in_again(
    an: Visitor, cast: Cast, colleague: Colleague
) -> None:
    lies = colleague("admin")
    said = do(lies, deed(cast, "an.peeters", "blokkeren"))
    assert "An Peeters is geblokkeerd." in said
    assert "Opnieuw toelaten" in said
    assert "Nieuwe toegang sturen" not in said
    assert "admin.claes blokkeerde An Peeters." not in said
    assert "blokkeerde An Peeters." in said
    assert not an.is_in()
    lies.open(deed(cast, "an.peeters", "toegang"))
    assert "Beheerder An Peeters (an.peeters)" in lies.text
    lies.submit(deed(cast, "an.peeters", "toegang"))
    lies.follow()
    assert "De login an.peeters is geblokkeerd." in lies.text
    assert "opnieuw toegelaten" in do(lies, deed(cast, "an.peeters", "toelaten"))
    assert ("account.block", "admin.claes") in cast.audited("account")
    assert ("account.unblock", "admin.claes") in cast.audited("account")


def test_a_new_way_in_is_a_link_and_never_a_second_initial_password(
    delivery: str, cast: Cast, colleague: Colleague
) -> None:
    lies = colleague("admin")
    said = do(lies, deed(cast, "an.peeters", "toegang"))
    assert "An Peeters krijgt een e-mail met een link." in said
    letter = cast.mails("an@noord.example")[-1]
    assert "/wachtwoord-herstellen/" in letter.text
    assert "Initieel wachtwoord" not in letter.text
    assert cast.audited("account.reissue") == [("account.reissue", "admin.claes")]


def test_who_is_signed_out_everywhere_may_come_back(
    an: Visitor, cast: Cast, colleague: Colleague
) -> None:
    lies = colleague("admin")
    said = do(lies, deed(cast, "an.peeters", "afmelden"))
    assert "meldde An Peeters overal af." in said
    assert not an.is_in()
    cast.clock.forward(minutes=2)
    an.sign_in(cast, "an.peeters", AN_MOBILE, password=PASSWORD)
    assert an.is_in()


def test_the_last_who_may_come_in_stays_manager(
    delivery: str, cast: Cast, colleague: Colleague
) -> None:
    lies, path = colleague("admin"), deed(cast, "an.peeters", "verwijderen")
    assert "Een gemeenschap heeft minstens één beheerder nodig." in do(lies, path)
    cast.register(ELS)
    do(lies, deed(cast, "els.claes", "blokkeren"))
    assert "Een gemeenschap heeft minstens één beheerder nodig." in do(lies, path)
    do(lies, deed(cast, "els.claes", "toelaten"))
    said = do(lies, path)
    assert "An Peeters is geen beheerder meer van deze gemeenschap." in said
    assert "nam An Peeters het beheer" in said
    assert lies.open(path).status_code == 404
    assert lies.submit(deed(cast, "bo.maes", "blokkeren")).status_code == 404


def test_another_address_is_kept_once_the_caller_was_recognised(
    an: Visitor, cast: Cast, colleague: Colleague
) -> None:
    lies, path = colleague("admin"), deed(cast, "an.peeters", "adres")
    lies.open(path)
    assert "Adres aanpassen van An Peeters" in lies.text
    fields = {"email": "an@nieuw.example", "gsm": "0470 11 22 27"}
    assert lies.submit(path, fields).status_code == 422
    assert "Bevestig dat je de beller herkend hebt." in lies.text
    assert lies.submit(path, {**fields, "herkend": "y"}).status_code == 303
    lies.follow()
    assert "het oude en het nieuwe zijn verwittigd" in lies.text
    assert "an@nieuw.example" in lies.text
    for address in ("an@noord.example", "an@nieuw.example"):
        assert "e-mailadres" in cast.mails(address)[-1].subject
    assert not an.is_in()
    lies.open(path)
    lies.submit(path, {**fields, "herkend": "y"})
    lies.follow()
    assert "Er is niets gewijzigd." in lies.text


def test_a_number_of_another_manager_is_asked_about_once(
    delivery: str, cast: Cast, colleague: Colleague
) -> None:
    lies, path = colleague("admin"), deed(cast, "an.peeters", "adres")
    lies.open(path)
    assert "toch gebruiken" not in lies.text
    fields = {"email": "an@noord.example", "gsm": "0471 33 44 55", "herkend": "y"}
    assert lies.submit(path, fields).status_code == 422
    assert (
        "Dit gsm-nummer hoort al bij een andere beheerder (Buurtstroom Zuid). "
        "Toch gebruiken?"
    ) in lies.text
    assert "Dit gsm-nummer toch gebruiken" in lies.text
    assert lies.submit(path, {**fields, "toch": "+32470111111"}).status_code == 422
    page = lies.page.get_data(as_text=True) if lies.page else ""
    (asked,) = re.findall(r'<input[^>]* name="toch"[^>]*>', page)
    assert 'value="+32471334455"' in asked
    assert "checked" not in asked
    assert lies.submit(path, {**fields, "toch": "+32471334455"}).status_code == 303
    lies.open(path)
    assert lies.submit(path, {**fields, "email": "a@noord.example"}).status_code == 303


@pytest.mark.parametrize("role", ["uploader", "releaser", "auditor"])
def test_only_an_admin_acts(
    role: str, delivery: str, cast: Cast, colleague: Colleague
) -> None:
    sam = colleague(role)
    assert sam.open(LIST + NOORD).status_code == 200
    for what in ("toegang", "afmelden", "blokkeren", "toelaten", "verwijderen"):
        path = deed(cast, "an.peeters", what)
        assert sam.open(path).status_code == 403
    sam.open("/profiel")
    assert sam.submit(deed(cast, "an.peeters", "blokkeren")).status_code == 403
    assert sam.open(deed(cast, "an.peeters", "adres")).status_code == 403
    assert sam.open(f"{LIST}importeren").status_code == 403


def test_a_manager_sees_none_of_it(an: Visitor) -> None:
    assert an.open(LIST).status_code == 403
    assert an.open(LIST + NOORD).status_code == 403
