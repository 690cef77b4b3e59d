"""Every answer carries all headers: a page, a file, an error, a static file."""

import errno
from collections.abc import Callable

import pytest
from flask import Flask, abort

from app.runtime import Runtime
from app.web.guards import public
from app.web.headers import HEADERS
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.visitor import SITE, Visitor

ALWAYS = {*HEADERS, "Strict-Transport-Security", "Cache-Control"}
ERRORS = (400, 403, 404, 405, 410, 413, 422, 429, 500, 503)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 303),
        ("/aanmelden", 200),
        ("/bestanden/", 303),
        ("/bestaat-niet", 404),
        ("/wachtwoord-herstellen/onbekend", 404),
        ("/health/live", 200),
        ("/static/css/tokens.css", 200),
        ("/static/geen.css", 404),
    ],
)
def test_an_answer_to_a_stranger_carries_all_headers(
    visitor: Callable[[], Visitor], path: str, status: int
) -> None:
    with visitor().open(path) as answer:
        assert answer.status_code in {status, 410}
        assert set(answer.headers.keys()) >= ALWAYS


@ONE_DATABASE
@pytest.mark.parametrize("status", ERRORS)
def test_an_error_carries_all_headers(
    app: Flask, visitor: Callable[[], Visitor], status: int
) -> None:
    @app.get("/fout")
    @public
    def wrong() -> str:
        abort(status)

    answer = visitor().open("/fout")
    assert answer.status_code == status
    assert set(answer.headers.keys()) >= ALWAYS
    assert answer.headers["Cache-Control"] == "no-store"


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fault", "status"),
    [(ZeroDivisionError(), 500), (OSError(errno.ENOSPC, "no room"), 507)],
)
def test_a_fault_of_ours_carries_all_headers(
    app: Flask, visitor: Callable[[], Visitor], fault: Exception, status: int
) -> None:
    @app.get("/fout")
    @public
    def wrong() -> str:
        raise fault

    answer = visitor().open("/fout")
    assert answer.status_code == status
    assert set(answer.headers.keys()) >= ALWAYS


def test_a_download_carries_all_headers_and_stays_in_no_cache(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"van Noord"})
    link = cast.mails("an@noord.example")[0].text.split(SITE, 1)[1].split()[0]
    an = visitor()
    initial = cast.initial_password("an@noord.example")
    an.first_sign_in(cast, "an.peeters", initial)
    answer = an.open(f"{link}/download")
    assert answer.status_code == 200
    assert set(answer.headers.keys()) >= ALWAYS
    assert answer.headers["Cache-Control"] == "no-store"


@ONE_DATABASE
def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(
    runtime: Runtime,
) -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not {"unsafe-inline", "unsafe-eval", "data:", "http", "*"} & set(
        policy.replace(";", " ").replace("'", " ").split()
    )
