"""What a cookie, an address, a page and the log never tell while somebody comes in."""

import base64
import logging
import re
import zlib
from collections.abc import Callable, Iterator

import pytest

from notifier import SendFailed
from tests.cast import AN_MOBILE, PASSWORD, Cast
from tests.visitor import TOKEN, Visitor

Arrive = Callable[[], Visitor]


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
