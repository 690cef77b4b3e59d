"""Every address of the house, who may use it, and that nothing comes in by one."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule
from werkzeug.test import encode_multipart

from app.runtime import Runtime
from app.web.guards import EVERYBODY, GROUPS, MANAGER, UPLOADER
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.house.source import ROOT, Source, code, nothing
from tests.visitor import SITE, Visitor

GOLDEN = Path(__file__).with_name("routes.txt")
JUDGED = ROOT / "docs" / "decisions" / "0023-open-addresses.md"
MOST_PUBLIC = 29  # pages and forms; decision 23 has the reason of each
SAMPLE = {
    "account_id": 1,
    "client_id": "A" * 22,
    "code": "A" * 7,
    "contract_id": "A" * 22,
    "deed": "blokkeren",
    "delivery_id": "A" * 22,
    "draft_id": "A" * 22,
    "entry_id": 1,
    "file_id": "A" * 22,
    "invitation_id": 1,
    "issuer": "eid",
    "kbo": "0123456749",
    "key_id": "test",
    "line_id": 1,
    "membership_id": 1,
    "number": NOORD,
    "receipt_id": "A" * 22,
    "session_id": 0,
    "token": "A" * 43,
    "upload_id": "A" * 22,
    "what": "wachtwoord",
    "filename": "css/tokens.css",
}
WORD = {guard: word for word, guard in GROUPS.items()} | {EVERYBODY: "public"}
Line = tuple[str, str, str]


def rules(app: Flask) -> Iterator[tuple[Rule, frozenset[str]]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            view = app.view_functions[rule.endpoint]
            yield rule, getattr(view, "__guard__", frozenset({"nobody"}))


def lines(app: Flask) -> list[Line]:
    """A line for each address and method: who may, how, where."""
    return sorted(
        (rule.rule, method, WORD.get(guard, "nobody"))
        for rule, guard in rules(app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def address(app: Flask, rule: Rule) -> str:
    values = {name: SAMPLE[name] for name in rule.arguments}
    return app.url_map.bind("bestanden.example").build(rule.endpoint, values)


@ONE_DATABASE
def test_every_view_has_a_guard(app: Flask) -> None:
    nothing(path for path, _method, guard in lines(app) if guard == "nobody")


@ONE_DATABASE
def test_the_addresses_are_those_on_the_list(app: Flask) -> None:
    found = [f"{method:4} {guard:8} {path}" for path, method, guard in lines(app)]
    assert found == GOLDEN.read_text(encoding="utf-8").splitlines()


@ONE_DATABASE
def test_few_addresses_are_open_to_everybody(app: Flask) -> None:
    assert (
        len([rule for rule, guard in rules(app) if guard == EVERYBODY]) <= MOST_PUBLIC
    )


@ONE_DATABASE
def test_each_address_that_is_open_to_everybody_has_its_reason(app: Flask) -> None:
    told = set(re.findall(r"^\| `(/.*?)` \|", JUDGED.read_text("utf-8"), re.MULTILINE))
    assert told == {rule.rule for rule, guard in rules(app) if guard == EVERYBODY}


def test_nobody_gets_anything_before_signing_in(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    for rule, guard in rules(app):
        if guard == EVERYBODY:
            continue
        for method in rule.methods or ():
            answer = visitor().client.open(
                address(app, rule), method=method, base_url=SITE
            )
            assert answer.status_code in {303, 401, 404}, (rule.rule, method)
            if answer.status_code == 303:
                assert answer.location.startswith("/aanmelden"), rule.rule


@pytest.fixture
def an(cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    """An, signed in, with one file."""
    cast.everybody()
    cast.publish({correction(NOORD): b"van Noord"})
    person = visitor()
    initial = cast.initial_password("an@noord.example")
    person.first_sign_in(cast, "an.peeters", initial)
    return person


def test_a_manager_can_send_nothing_in(
    app: Flask, runtime: Runtime, an: Visitor
) -> None:
    before = set(runtime.blobs.keys())
    an.open("/bestanden/")
    part = FileStorage(io.BytesIO(b"x" * 2_000_000), "mijn.csv")
    form = {"csrf_token": an.token(), "bestand": part}
    boundary, body = encode_multipart(form)
    sent = f"multipart/form-data; boundary={boundary}"
    for rule, guard in rules(app):
        if guard & MANAGER and "POST" in (rule.methods or ()):
            path = address(app, rule)
            answer = an.client.post(path, data=body, content_type=sent, base_url=SITE)
            assert answer.status_code == 413, rule.rule
    assert set(runtime.blobs.keys()) == before


@ONE_DATABASE
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_address_but_staff_s_uploads_knows_a_method_that_changes_files(
    app: Flask, method: str
) -> None:
    nothing(
        rule.rule
        for rule, guard in rules(app)
        if method in (rule.methods or ())
        and (rule.endpoint, guard) != ("uploads.upload", UPLOADER)
    )


# staff's, as the list of addresses says; and the signed contract of a provider
INTAKES = {
    "app/desk/register_views.py",
    "app/filedrop/draft_views.py",
    "app/filedrop/upload_views.py",
    "app/web/posted.py",
}


def intakes(file: Source) -> Iterator[str]:
    """Where a request's bytes are read as more than a form's fields."""
    doors = {"files", "stream", "data", "get_data", "environ"}
    for line, name in file.names():
        asked, _, what = name.partition(".")
        if (asked == "request" and what in doors) or name.endswith("FileField"):
            yield f"{file.path}:{line} {name}"


def test_only_these_pages_read_files_from_a_request() -> None:
    others = [file for file in code() if file.path not in INTAKES]
    nothing(found for file in others for found in intakes(file))


def test_reading_files_from_a_request_is_found() -> None:
    assert list(intakes(Source("app/bad.py", "request.files['x'].save('y')")))
