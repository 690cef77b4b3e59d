"""flask accounts …: who comes in, by command; one sentence when it cannot be."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.db.audit import AuditEntry
from app.runtime import Runtime
from tests.cast import AN, PASSWORD, Cast
from tests.databases import ONE_DATABASE
from tests.visitor import Visitor

Run = Callable[..., Result]
SAM = (
    "add-staff",
    "sam.claes",
    "--email=sam@fluvius.example",
    "--mobile=0472 00 00 00",
    "--department=Energiedelen",
    "--role=releaser",
)


@pytest.fixture
def run(app: Flask) -> Run:
    """Type a command: flask accounts …"""

    def typed(*args: str) -> Result:
        return app.test_cli_runner().invoke(args=["accounts", *args])

    return typed


def logins(runtime: Runtime) -> list[str]:
    with runtime.reading() as session:
        return list(session.scalars(select(Account.login)))


def book(runtime: Runtime) -> list[str]:
    """What the audit book says was done."""
    with runtime.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@ONE_DATABASE
@pytest.mark.parametrize(
    "command", ["add-staff", "change", "block", "unblock", "reissue"]
)
def test_each_command_helps_with_an_example(run: Run, command: str) -> None:
    helped = run(command, "--help")
    assert helped.exit_code == 0
    assert f"flask accounts {command} " in helped.output
    assert "--dry-run" in helped.output
    assert "--json" in helped.output


def test_a_new_colleague_gets_an_initial_password_that_is_shown_once(
    run: Run, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    added = run(*SAM)
    assert added.exit_code == 0, added.output
    assert "Login:              sam.claes" in added.output
    assert "Geldig gedurende 7 dagen" in added.output
    password = added.output.split("Initieel wachtwoord: ")[1].split()[0]
    assert visitor().type_password("sam.claes", password) == 303
    assert book(runtime) == ["account.add"]

    again = run(*SAM)
    assert again.exit_code == 1
    assert again.stderr == "Fout: De login sam.claes bestaat al.\n"
    assert password not in again.output


def test_a_script_gets_json(run: Run) -> None:
    added = json.loads(run(*SAM, "--json", "--name=Sam Claes").stdout)
    assert set(added) == {"login", "initial_password"}
    blocked = run("block", "sam.claes", "--json")
    assert json.loads(blocked.stdout) == {"login": "sam.claes", "dry_run": False}


def test_a_dry_run_tells_and_changes_nothing(
    run: Run, cast: Cast, runtime: Runtime
) -> None:
    assert run(*SAM, "--dry-run").output == "sam.claes kan toegevoegd worden.\n"
    cast.register(AN)
    before = book(runtime)
    for command in ("block", "unblock", "reissue"):
        done = run(command, "an.peeters", "--dry-run")
        assert done.output == "an.peeters bestaat; er is niets veranderd.\n"
    assert logins(runtime) == ["an.peeters"]
    assert book(runtime) == before
    assert not cast.mails("an@noord.example")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({1: "sam claes"}, "De login 'sam claes' klopt niet"),
        ({2: "--email=sam"}, "Het e-mailadres ontbreekt of klopt niet."),
        ({3: "--mobile=09 225 00 00"}, "een vaste lijn krijgt geen sms"),
        ({4: "--department="}, "De afdeling ontbreekt of is te lang."),
        ({4: "--department=" + "x" * 65}, "De afdeling ontbreekt of is te lang."),
        ({5: "--role=baas"}, "De optie --role moet een van deze zijn: uploader,"),
    ],
)
def test_what_is_not_right_is_refused_in_one_sentence(
    run: Run, runtime: Runtime, given: dict[int, str], sentence: str
) -> None:
    refused = run(*(given.get(n, word) for n, word in enumerate(SAM)))
    assert refused.exit_code != 0
    assert sentence in refused.stderr
    assert not refused.stdout
    assert "Traceback" not in refused.stderr
    assert not logins(runtime)


@pytest.mark.parametrize("command", ["block", "unblock", "reissue"])
def test_a_login_that_nobody_has_is_named(run: Run, command: str) -> None:
    refused = run(command, "no.body")
    assert refused.exit_code == 1
    assert refused.stderr == "Fout: De login no.body bestaat niet.\n"


def test_a_manager_does_not_become_staff(run: Run, cast: Cast) -> None:
    cast.register(AN)
    refused = run("add-staff", "an.peeters", *SAM[2:])
    assert refused.stderr == "Fout: De login an.peeters bestaat al.\n"


def test_block_and_unblock_may_be_repeated_and_stand_in_the_book(
    run: Run, cast: Cast, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    cast.register(AN)
    cast.settled()
    assert run("block", "An.Peeters").output == "An.Peeters is geblokkeerd.\n"
    assert run("block", "an.peeters").exit_code == 0
    assert visitor().type_password("an.peeters", PASSWORD) == 401
    assert run("unblock", "an.peeters").exit_code == 0
    assert run("unblock", "an.peeters").exit_code == 0
    assert visitor().type_password("an.peeters", PASSWORD) == 303
    assert book(runtime)[-3:] == ["account.block", "account.sign_in", "account.unblock"]


def test_who_is_blocked_gets_no_new_way_in(run: Run, cast: Cast) -> None:
    cast.register(AN)
    run("block", "an.peeters")
    refused = run("reissue", "an.peeters")
    assert refused.stderr == "Fout: De login an.peeters is geblokkeerd.\n"
    assert not cast.mails("an@noord.example")
