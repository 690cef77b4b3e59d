"""Deliveries by command: by name, by manifest and ad hoc, by one or by many at once."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from click.testing import Result

from app.filedrop import intake
from app.filedrop.service_publish import Publishing
from app.filedrop.service_stash import stash, taken_back
from app.kernel.errors import Conflict
from app.runtime import Runtime
from tests.cast import AN, AN_TOO, BO, NOISE, NOORD, ZUID, Cast, correction
from tests.terminal import refused
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
Command = Callable[..., Result]
BOTH = {correction(NOORD): b"van Noord", correction(ZUID): b"van Zuid"}


def blobs(runtime: Runtime) -> int:
    return len(list(runtime.blobs.keys()))


def test_files_find_their_community_by_their_name(
    cast: Cast, command: Command, runtime: Runtime
) -> None:
    cast.everybody()
    words = ("filedrop", "publish", cast.batch(BOTH), "--by", "sam.claes")
    tried = command(*words, "--dry-run")
    assert tried.stdout == (
        f"{correction(NOORD)} → {NOORD} Zonnedelen Noord cv\n"
        f"{correction(ZUID)} → {ZUID} Buurtstroom Zuid\n"
        "Zou plaatsen: 2 bestanden.\n"
    )
    assert (blobs(runtime), cast.audited("delivery")) == (0, [])

    done = command(*words)
    assert done.stdout == (
        "Geplaatst: 2 bestanden voor 2 gemeenschappen. "
        "Brieven die klaarstaan: 2, waarvan 2 met login en initieel wachtwoord.\n"
    )
    assert blobs(runtime) == 2
    assert cast.audited("delivery") == [("delivery.publish", "sam.claes")]
    assert correction(NOORD) in cast.mails("an@noord.example")[0].text
    assert cast.mails("ruud@ruis.example") == []


def test_publishing_the_same_again_sends_nothing(
    cast: Cast, command: Command, runtime: Runtime
) -> None:
    cast.everybody()
    batch = cast.batch(BOTH)
    words = ("filedrop", "publish", batch, "--by", "sam.claes")
    command(*words)
    again = command(*words)
    assert again.stdout == "Geplaatst: 0 bestanden (2 stonden er al).\n"
    assert (blobs(runtime), len(cast.audited("delivery"))) == (2, 1)

    (batch / correction(NOORD, version=2)).write_bytes(b"van Noord, beter")
    more = json.loads(command(*words, "--json").stdout)
    assert (more["files"], more["already_there"], more["letters"]) == (1, 2, 1)
    later = cast.mails("an@noord.example")[1].text
    assert "Deze versie vervangt versie 1 van 26-10-2026." in later
    assert "wachtwoord:" not in later
    assert len(cast.mails("bo@zuid.example")) == 1


def test_one_document_goes_to_one_community(cast: Cast, command: Command) -> None:
    cast.everybody()
    brief = cast.batch({"Verdeelsleutel é.pdf": b"%PDF"}) / "Verdeelsleutel é.pdf"
    words = (
        "filedrop",
        "publish",
        brief,
        "--adhoc",
        "--to",
        NOORD,
        "--by",
        "sam.claes",
    )
    assert "Geplaatst: 1 bestand voor 1 gemeenschap." in command(*words).stdout
    assert "Geplaatst: 0 bestanden (1 stond er al)." in command(*words).stdout
    (letter,) = cast.mails("an@noord.example")
    assert "Verdeelsleutel é.pdf\n  Ad-hocbericht\n" in letter.text


def test_a_manifest_says_for_whom_and_why(cast: Cast, command: Command) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"eerste"})
    batch = cast.batch(
        {
            "MANIFEST.csv": "Bestandsnaam;Gemeenschap-ID;Reden\n"
            f"{correction(NOORD, version=2)};{NOORD};metercorrectie\n"
            f"nota.pdf;{ZUID};\n".encode(),
            correction(NOORD, version=2): b"tweede",
            "nota.pdf": b"%PDF",
        }
    )
    words = ("--manifest", batch / "MANIFEST.csv", "--by", "sam.claes")
    done = command("filedrop", "publish", batch, *words)
    assert done.exit_code == 0, done.stderr
    assert "Reden: metercorrectie." in cast.mails("an@noord.example")[1].text
    assert "nota.pdf" in cast.mails("bo@zuid.example")[0].text


def test_no_letter_holds_a_code_that_stands_in_a_name_or_a_reason(
    cast: Cast, command: Command
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"eerste"})
    code, second = "541449999000000017", correction(NOORD, version=2)
    lines = f"{second};{NOORD};meter {code}\n{code}.pdf;{NOORD};\n"
    manifest = f"Bestandsnaam;Gemeenschap-ID;Reden\n{lines}".encode()
    files = {"m.csv": manifest, second: b"tweede", f"{code}.pdf": b"%PDF"}
    batch = cast.batch(files)
    words = ("--manifest", batch / "m.csv", "--by", "sam.claes")
    assert command("filedrop", "publish", batch, *words).exit_code == 0
    letter = cast.mails("an@noord.example")[1]
    assert code not in letter.text + letter.html
    assert "Reden: meter … 0017." in letter.text


def test_who_manages_two_communities_gets_one_letter_with_a_block_for_each(
    cast: Cast, visitor: Arrive
) -> None:
    cast.everybody()
    cast.register(AN_TOO)
    cast.settled()
    cast.publish(BOTH)
    (letter,) = cast.mails("an@noord.example")
    assert "Zonnedelen Noord cv (EG0000001)" in letter.text
    assert "Buurtstroom Zuid (EG0000002)" in letter.text
    link = letter.text.split(SITE, 1)[1].split()[0]
    assert link.startswith("/bestanden/?levering=")
    an = visitor()
    an.sign_in(cast, "an.peeters", path=f"/aanmelden?verder={link}")
    assert an.follow().status_code == 200
    assert "Aantal bestanden: 2" in an.text


@pytest.mark.parametrize("role", ["uploader", "auditor"])
def test_only_who_may_release_releases(cast: Cast, command: Command, role: str) -> None:
    cast.register(AN, BO)
    cast.staff("ugo.wouters", role)
    batch = cast.batch(BOTH)
    for login in ("ugo.wouters", "an.peeters", "niemand"):
        refused(
            command("filedrop", "publish", batch, "--by", login),
            f"De login {login} mag geen leveringen vrijgeven.",
        )


def test_a_blocked_colleague_releases_nothing(cast: Cast, command: Command) -> None:
    cast.everybody()
    assert command("accounts", "block", "sam.claes").exit_code == 0
    refused(
        command("filedrop", "publish", cast.batch(BOTH), "--by", "sam.claes"),
        "De login sam.claes mag geen leveringen vrijgeven.",
    )


def test_under_fifty_publishes_at_once_each_account_gets_credentials_once(
    cast: Cast,
) -> None:
    cast.everybody()
    months = [
        f"{year}-{month:02}" for year in range(2020, 2026) for month in range(1, 13)
    ]
    start = Barrier(8)

    def publish(month: str) -> int:
        files = {correction(n, month=month): month.encode() for n in (NOORD, ZUID)}
        if month in months[:8]:
            start.wait()
        return cast.publish(files).first_letters

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(publish, months[:50])) == 2
    for address in ("an@noord.example", "bo@zuid.example"):
        letters = cast.mails(address)
        assert len(letters) == 50
        found = Counter("Initieel wachtwoord:" in letter.text for letter in letters)
        assert found == {True: 1, False: 49}


def test_of_two_who_publish_the_same_at_once_one_does(
    cast: Cast, runtime: Runtime
) -> None:
    cast.everybody()
    batch, now = cast.batch(BOTH), cast.clock()
    start = Barrier(2)

    def publish(_: int) -> int:
        files, wrong = intake.by_name(intake.files_in(batch))
        with runtime.reading() as session:
            plan = Publishing.of(session, runtime, now=now).plan(files, wrong)
        stashed = stash(runtime, plan, now=now)
        start.wait()
        try:
            with runtime.transaction() as session, taken_back(runtime, stashed):
                publishing = Publishing.of(session, runtime, now=now)
                by = publishing.releaser("sam.claes")
                return publishing.publish(stashed, by=by).letters
        except Conflict:
            return 0

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, range(2))) == [0, 2]
    assert blobs(runtime) == 2
    assert len(cast.mails("an@noord.example")) == 1


def test_noise_never_hears_of_it(cast: Cast) -> None:
    cast.staff()
    cast.register(AN, NOISE)
    cast.publish({correction(NOORD): b"x"})
    assert cast.mails("ruud@ruis.example") == []
