"""Signing in for the first time and ever after: password, own password, code."""

import base64
import logging
import re
import zlib
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, WebSession
from app.runtime import Runtime
from notifier import SendFailed
from tests.cast import AN_MOBILE, PASSWORD, Cast, other
from tests.visitor import SITE, TOKEN, Visitor

Arrive = Callable[[], Visitor]
SAM_MOBILE = "+32472000000"
WRONG = "De login of het wachtwoord klopt niet. Controleer beide en probeer opnieuw."


def account(runtime: Runtime, login: str = "an.peeters") -> Account:
    with runtime.reading() as session:
        return session.scalars(select(Account).where(Account.login == login)).one()


# the order -----------------------------------------------------------------


def test_the_page_names_the_very_address_that_it_stands_at(visitor: Arrive) -> None:
    here = visitor()
    here.open("/aanmelden")
    assert f"Dit adres begint met {SITE}/" in here.text


def test_the_first_time_goes_by_initial_password_own_password_and_code(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    assert her.type_password("an.peeters", an) == 303
    assert her.follow().request.path == "/aanmelden/wachtwoord"
    assert "Kies eenmalig een eigen wachtwoord" in her.text
    assert not cast.sms.texts, "no code before the own password"

    her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    assert her.follow().request.path == "/aanmelden/code"
    assert "Uw wachtwoord is opgeslagen." in her.text
    assert "het gsm-nummer dat eindigt op 27" in her.text
    assert "De code blijft geldig tot 10.10 uur" in her.text
    assert AN_MOBILE[3:] not in her.text
    assert not her.is_in()

    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert her.is_in()
    (notice,) = cast.mails("an@noord.example")
    assert notice.subject == "Uw wachtwoord voor Direct bestanden is gewijzigd"


def test_ever_after_it_goes_by_own_password_and_code(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    assert her.type_password(" An.Peeters ", PASSWORD) == 303
    assert not her.is_in(), "a password alone opens nothing"
    code = cast.code(AN_MOBILE)
    assert her.enter(f"{code[:3]} {code[3:]}") == 303, "blanks do not count"
    assert her.is_in()
    assert her.open("/aanmelden").headers["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["/profiel", "/bestanden/", "/aanmelden/code", "/aanmelden/wachtwoord"]
)
def test_who_has_not_begun_is_sent_to_the_beginning(
    app: Flask, visitor: Arrive, path: str
) -> None:
    answer = visitor().open(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/aanmelden")


def test_no_step_can_be_skipped_or_done_twice(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    assert her.open("/aanmelden/code").headers["Location"] == "/aanmelden/wachtwoord"
    her.open("/aanmelden/wachtwoord")
    skipped = her.submit("/aanmelden/code", {"code": "000000"})
    assert skipped.headers["Location"] == "/aanmelden/wachtwoord"
    her.open("/aanmelden/wachtwoord")
    assert her.submit("/aanmelden/code/opnieuw").status_code == 303
    assert not cast.sms.texts

    her.open("/aanmelden/wachtwoord")
    her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    her.follow()
    again = her.submit(
        "/aanmelden/wachtwoord", {"nieuw_wachtwoord": "een ander zinnetje"}
    )
    assert again.headers["Location"] == "/aanmelden/code"
    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert visitor().type_password("an.peeters", PASSWORD) == 303


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/profiel?a=1", "/profiel?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("//[evil", "/"),
        ("/\\evil.example", "/"),
        ("/\x00", "/"),
        ("/" + "x" * 3000, "/"),
    ],
)
def test_only_a_page_of_this_site_is_gone_on_to(
    settled: None, cast: Cast, visitor: Arrive, wanted: str, given: str
) -> None:
    her = visitor()
    her.open("/aanmelden", query_string={"verder": wanted})
    assert "Meld u aan om verder te gaan." in her.text
    assert her.page is not None
    path = f"/aanmelden?{her.page.request.query_string.decode()}"
    her.submit(path, {"login": "an.peeters", "wachtwoord": PASSWORD})
    assert her.type_code(cast, AN_MOBILE).headers["Location"] == given


# the initial password --------------------------------------------------------


@pytest.mark.parametrize(
    "typed", [str.upper, lambda p: p.replace("-", ""), lambda p: f" {p} "]
)
def test_the_initial_password_counts_with_or_without_dashes_in_either_case(
    an: str, visitor: Arrive, typed: Callable[[str], str]
) -> None:
    assert visitor().type_password("an.peeters", typed(an)) == 303


def test_the_initial_password_may_be_typed_again_until_the_own_one_is_real(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    for _ in range(3):
        assert her.type_password("an.peeters", an) == 303
        her.follow()
        her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    assert her.enter(cast.code(AN_MOBILE)) == 303
    assert visitor().type_password("an.peeters", an) == 401
    assert visitor().type_password("an.peeters", PASSWORD) == 303


def test_after_seven_days_only_who_has_the_initial_password_hears_that_it_is_over(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    cast.clock.forward(days=7)
    her = visitor()
    assert her.type_password("an.peeters", an) == 401
    assert "Dit initieel wachtwoord is niet meer geldig." in her.text
    assert her.type_password("an.peeters", "iets helemaal anders") == 401
    assert WRONG in her.text
    assert "initieel wachtwoord is" not in her.text


def test_who_has_only_the_first_mail_sets_nothing_and_locks_nobody_out(
    an: str, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    before = account(runtime)
    thief, her = visitor(), visitor()
    thief.type_password("an.peeters", an)
    thief.follow()
    thief.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "van de dief, ha ha"})
    for _ in range(5):
        assert thief.enter(other(cast.code(AN_MOBILE))) == 401
    after = account(runtime)
    assert after.password_hash is None
    assert after.initial_mac == before.initial_mac
    assert not cast.mails("an@noord.example"), "nothing changed, nothing to tell"

    her.first_sign_in(cast, "an.peeters", an)
    assert her.is_in()
    assert visitor().type_password("an.peeters", "van de dief, ha ha") == 401
    thief.open("/aanmelden/code")
    assert thief.follow().request.path == "/aanmelden", "the thief's way is over"


def test_an_own_password_held_back_by_another_sign_in_dies_with_it(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    slow, quick = visitor(), visitor()
    slow.type_password("an.peeters", an)
    slow.follow()
    quick.first_sign_in(cast, "an.peeters", an)
    late = slow.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "veel te laat nu"})
    assert late.headers["Location"] == "/aanmelden"
    assert len(cast.sms.texts) == 1


# the own password ------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("", "Vul een wachtwoord in."),
        ("negenjaar", "Het wachtwoord telt 9 tekens. Gebruik er minstens 12."),
        ("x" * 129, "Het wachtwoord is te lang. Gebruik hoogstens 128 tekens."),
        ("x" * 1025, "Dit is te lang."),
        ("passwordpassword", "Dit wachtwoord komt voor in lijsten met gelekte"),
        ("An.Peeters-2026!", "Gebruik niet uw login of de naam van uw gemeenschap."),
        ("Zonnedelen Noord cv", "Gebruik niet uw login of de naam van uw gemeenschap."),
        ("INITIAL", "Kies een ander wachtwoord dan het initieel wachtwoord."),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(
    an: str, visitor: Arrive, wanted: str, sentence: str
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    her.follow()
    wanted = an.replace("-", "").upper() if wanted == "INITIAL" else wanted
    poor = her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": wanted})
    assert poor.status_code == 422
    assert sentence in her.text
    assert "<title>Fout:" in poor.get_data(as_text=True)
    assert not wanted or wanted not in poor.get_data(as_text=True)


def test_staff_choose_a_longer_password(cast: Cast, visitor: Arrive) -> None:
    cast.staff()
    sam = visitor()
    sam.type_password("sam.claes", cast.staff_passwords["sam.claes"])
    sam.follow()
    assert "Minstens 15 tekens." in sam.text
    sam.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "veertien teken"})
    assert "Het wachtwoord telt 14 tekens. Gebruik er minstens 15." in sam.text
    sam.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": "vijftien tekens"})
    sam.type_code(cast, SAM_MOBILE)
    assert sam.is_in()


def test_a_password_typed_on_another_keyboard_is_the_same(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    visitor().first_sign_in(cast, "an.peeters", an, password="Één café aan zee")
    decomposed = "E\u0301e\u0301n cafe\u0301 aan zee"
    assert visitor().type_password("an.peeters", decomposed) == 303


# what is said, and to whom -----------------------------------------------------


def test_blocked_is_said_only_after_the_right_password(
    settled: None, app: Flask, visitor: Arrive
) -> None:
    her = visitor()
    app.test_cli_runner().invoke(args=["accounts", "block", "an.peeters"])
    assert her.type_password("an.peeters", "geraden, maar fout") == 401
    assert WRONG in her.text
    assert "geblokkeerd" not in her.text
    assert her.type_password("an.peeters", PASSWORD) == 401
    assert "Deze toegang is geblokkeerd. Bel 078 35 35 34." in her.text


def test_blocked_halfway_the_code_opens_nothing(
    settled: None, app: Flask, cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    her.follow()
    app.test_cli_runner().invoke(args=["accounts", "block", "an.peeters"])
    her.submit("/aanmelden/code", {"code": cast.code(AN_MOBILE)})
    assert her.follow().request.path == "/aanmelden"
    with runtime.reading() as session:
        assert not session.scalars(select(WebSession)).all()


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ["Vul uw login in.", "Vul uw wachtwoord in."]),
        ({"login": "an.peeters"}, ["Vul uw wachtwoord in."]),
        ({"login": "a" * 129, "wachtwoord": "x"}, ["Dit is te lang."]),
        ({"login": "an", "wachtwoord": "x" * 1025}, ["Dit is te lang."]),
    ],
)
def test_an_empty_or_endless_field_is_named(
    app: Flask, visitor: Arrive, fields: dict[str, str], sentences: list[str]
) -> None:
    her = visitor()
    her.open("/aanmelden")
    assert her.submit("/aanmelden", fields).status_code == 422
    assert all(sentence in her.text for sentence in sentences)


def test_an_empty_code_is_asked_again(
    settled: None, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    assert her.enter("") == 422
    assert "Vul de verificatiecode in." in her.text
    assert her.enter("zes en half; niets") == 401
    assert her.enter("¹²³٤٥٦") == 401


@pytest.mark.parametrize(
    "login", ["an\x00.peeters", "\x00", "an.peeters'--", "\u202ean"]
)
def test_strange_signs_in_a_login_are_just_a_wrong_login(
    app: Flask, visitor: Arrive, login: str
) -> None:
    her = visitor()
    assert her.type_password(login, "x\x00y") == 401
    assert WRONG in her.text


@pytest.mark.parametrize(
    "path",
    [
        "/aanmelden",
        "/aanmelden/wachtwoord",
        "/aanmelden/code",
        "/aanmelden/code/opnieuw",
        "/afmelden",
        "/wachtwoord-vergeten",
        "/wachtwoord-herstellen/x",
        "/profiel/overal-afmelden",
    ],
)
def test_a_form_without_its_token_is_not_taken(
    app: Flask, visitor: Arrive, path: str
) -> None:
    answer = visitor().client.post(path, base_url=SITE, data={"login": "an.peeters"})
    assert answer.status_code == 400
    assert "Deze pagina was te oud om te versturen." in answer.get_data(as_text=True)


def test_giving_up_halfway_ends_the_way_in(
    an: str, runtime: Runtime, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    copied = her.cookie
    her.follow()
    assert "Afmelden" in her.text
    her.submit("/afmelden")
    her.show(copied)
    assert her.open("/aanmelden/wachtwoord").headers["Location"] == "/aanmelden"


def test_half_an_hour_later_the_password_is_asked_again(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    her.follow()
    cast.clock.forward(minutes=30)
    late = her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    assert late.headers["Location"] == "/aanmelden"


# what leaks ------------------------------------------------------------------


def inside(cookie: str) -> str:
    """What anybody can read in a signed cookie."""
    body, packed = cookie.lstrip("."), cookie.startswith(".")
    raw = base64.urlsafe_b64decode(body.split(".")[0] + "==")
    return (zlib.decompress(raw) if packed else raw).decode()


def test_before_the_password_is_right_the_cookie_holds_nothing_but_a_seed(
    settled: None, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", "geraden, maar fout")
    assert re.fullmatch(r'\{"csrf_token":"[0-9a-f]{40}"\}', inside(her.cookie))


def test_nothing_secret_stands_in_a_cookie_an_address_or_a_page(
    an: str, cast: Cast, visitor: Arrive
) -> None:
    her = visitor()
    her.type_password("an.peeters", an)
    her.follow()
    her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    page = her.follow()
    code = cast.code(AN_MOBILE)
    said = page.get_data(as_text=True) + page.request.url + inside(her.cookie)
    said = TOKEN.sub("", said)
    assert not [s for s in (an, PASSWORD, code, AN_MOBILE, "argon2") if s in said]


def secrets_of(cast: Cast, initial: str) -> Iterator[str]:
    yield from (initial, initial.replace("-", ""), PASSWORD, AN_MOBILE, "0470")
    yield from ("an.peeters", "bo.maes", "an@noord.example")
    yield from re.findall(r"\b\d{6}\b", " ".join(sms.text for sms in cast.sms.texts))
    for mail in cast.mails("an@noord.example"):
        yield from re.findall(r"wachtwoord-herstellen/(\S+)", mail.text)


def test_nothing_secret_and_nobody_stands_in_the_log(
    an: str, cast: Cast, visitor: Arrive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    her = visitor()
    her.first_sign_in(cast, "an.peeters", an)
    her.open("/wachtwoord-vergeten")
    her.submit("/wachtwoord-vergeten", {"login": "an.peeters"})
    cast.tick("accounts.resets")
    link = re.search(
        r"/wachtwoord-herstellen/\S+", cast.mails("an@noord.example")[-1].text
    )
    assert link
    her.open(link[0])
    cast.sms.failing = SendFailed("+32470112227 is unreachable")
    her.submit(link[0], {"nieuw_wachtwoord": "Nog een zin, maar beter"})
    her.type_password("bo.maes", "geraden, maar fout")
    assert "POST accounts.sign_in_post 303" in caplog.text
    assert not [s for s in secrets_of(cast, an) if s in caplog.text]
    assert "Nog een zin" not in caplog.text
