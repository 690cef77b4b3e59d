import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.commands import migrate
from app.runtime import Runtime
from jobs.commands import cli as jobs
from notifier import SendFailed
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.fakes_senders import SentEmail
from tests.servers.house import flask

Command = Callable[..., Result]


@pytest.fixture
def command(app: Flask) -> Command:
    """A command of the house, run in this process."""
    app.cli.add_command(jobs)
    return lambda *words: app.test_cli_runner().invoke(args=words)


@pytest.fixture
def letter(cast: Cast) -> Cast:
    """One letter waits."""
    cast.everybody()
    cast.publish({correction(NOORD): b"1"})
    return cast


def test_an_empty_outbox_says_so(command: Command) -> None:
    assert command("outbox", "list").output == "Er wacht niets.\n"
    listed = json.loads(command("outbox", "list", "--json").output)
    assert listed == {"letters": []}


def test_what_waits_is_listed_without_its_words_or_its_address(
    command: Command, letter: Cast
) -> None:
    answer = command("outbox", "list")
    assert answer.output == "1  waiting  welcome  a…@noord.example  pogingen: 0\n"
    assert command("outbox", "list", "--failed").output == "Er wacht niets.\n"


def test_what_failed_is_listed_with_its_reason_and_goes_again(
    command: Command, letter: Cast, email: SentEmail
) -> None:
    email.failing = SendFailed("the relay: 550 5.1.1", permanent=True)
    letter.tick("post.deliver")
    (failed,) = json.loads(command("outbox", "list", "--failed", "--json").output)[
        "letters"
    ]
    assert (failed["state"], failed["error"]) == ("failed", "the relay: 550 5.1.1")
    email.failing = None
    would = command("outbox", "retry", "--dry-run").output
    assert would == "Zou opnieuw versturen: 1 brief.\n"
    assert letter.mails("an@noord.example") == []
    refused = command("outbox", "retry", "1", "99")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Fout: Niet elk van deze brieven bestaat")
    assert letter.mails("an@noord.example") == []
    assert command("outbox", "retry").output == "Gaat opnieuw weg: 1 brief.\n"
    assert len(letter.mails("an@noord.example")) == 1


def test_the_days_that_still_have_a_key_are_listed(
    command: Command, letter: Cast
) -> None:
    assert "2026-11-25" in command("storage", "keys").output
    assert json.loads(command("storage", "keys", "--json").output)["days"]


@ONE_DATABASE
def test_a_store_without_keys_says_so(command: Command) -> None:
    assert command("storage", "keys").output == (
        "Er zijn geen sleutels.\ntest: maakt al het nieuwe; nog niets.\n"
    )


@ONE_DATABASE
def test_the_timetable_is_listed(command: Command) -> None:
    lines = command("jobs", "list").output.splitlines()
    assert lines[0].split(maxsplit=1) == ["post.deliver", "telkens na 5 seconden"]
    (daily,) = (line for line in lines if line.startswith("filedrop.forget "))
    assert "telkens na 1 dag" in daily
    assert {line.split()[0] for line in lines} >= {"filedrop.purge", "jobs.beat"}


def test_one_job_runs_once(command: Command, letter: Cast, email: SentEmail) -> None:
    answer = command("jobs", "once", "post.deliver")
    assert answer.output == "post.deliver: 1 keer werk gevonden.\n"
    assert len(email.mails) == 1


@ONE_DATABASE
def test_a_job_that_is_not_there_is_refused(command: Command) -> None:
    answer = command("jobs", "once", "post.burn")
    assert answer.exit_code == 1
    assert answer.stderr == (
        "Fout: De taak post.burn bestaat niet; zie flask jobs list.\n"
    )


@ONE_DATABASE
@pytest.mark.parametrize(
    "words",
    [
        ("db", "upgrade"),
        ("db", "downgrade"),
        ("db", "check"),
        ("outbox", "list"),
        ("outbox", "retry"),
        ("storage", "keys"),
        ("storage", "reconcile"),
        ("storage", "rewrap"),
        ("storage", "verify"),
        ("jobs", "list"),
        ("jobs", "once"),
        ("jobs", "run"),
    ],
)
def test_every_command_explains_itself_with_an_example(
    command: Command, words: tuple[str, str]
) -> None:
    answer = command(*words, "--help")
    assert answer.exit_code == 0
    assert f"Voorbeeld: flask {words[0]} {words[1]}" in " ".join(answer.output.split())


def test_tables_that_are_as_the_code_expects_are_said_to_be(command: Command) -> None:
    checked = command("db", "check")
    assert checked.exit_code == 0
    assert checked.output == "De tabellen zijn zoals de code ze verwacht.\n"


def test_tables_go_back_and_forth(command: Command, runtime: Runtime) -> None:
    assert command("db", "downgrade", "base").exit_code == 0
    behind = command("db", "check")
    assert behind.exit_code == 1
    assert behind.stderr.startswith("Fout: De databank hoort bij een andere versie")
    assert "Traceback" not in behind.output
    refused = command("outbox", "list")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Fout: De databank weigert: ")
    assert len(refused.stderr.splitlines()) == 1
    assert command("db", "upgrade").exit_code == 0
    assert command("db", "check").exit_code == 0


def test_a_revision_that_nobody_knows_is_refused(command: Command) -> None:
    answer = command("db", "upgrade", "9999")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Fout: De databank hoort bij een andere versie")


def test_a_new_file_gets_all_tables(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with sqlite3.connect(tmp_path / "new.sqlite") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert {("letter",), ("account",), ("audit_entry",)} <= set(tables)


@ONE_DATABASE
@pytest.mark.parametrize(
    "words",
    [
        ("db", "upgrade"),
        ("jobs", "run"),
        ("outbox", "list"),
        ("filedrop", "publish", ".", "--by", "sam"),
    ],
)
def test_with_wrong_settings_every_command_refuses_in_one_sentence(
    environ: dict[str, str], words: tuple[str, ...]
) -> None:
    wrong = environ | {"SECRET_KEY": "short", "RETENTION_DAYS": "x"}
    del wrong["EMAIL"]
    done = flask(wrong, *words)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == (
        "Fout: SECRET_KEY must be at least 32 characters long; EMAIL is missing; "
        "RETENTION_DAYS must be a whole number from 1 to 30, not 'x'\n"
    )
