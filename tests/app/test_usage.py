from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from tests.databases import ONE_DATABASE

Command = Callable[..., Result]
PUBLISH = ("filedrop", "publish")
STAFF = ("accounts", "add-staff", "sam", "--email=a@b.be", "--mobile=0470123456")

pytestmark = ONE_DATABASE


@pytest.fixture
def command(app: Flask) -> Command:
    return lambda *words: app.test_cli_runner().invoke(args=words, prog_name="flask")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("outbox", "--all"), "De optie --all bestaat niet. Zie flask outbox --help."),
        (("outbox", "burn"), "De opdracht burn bestaat niet. Zie flask outbox --help."),
        (("outbox", "list", "--al"), "De optie --al bestaat niet."),
        (("outbox", "list", "alles"), "Er staat meer of iets anders"),
        (
            ("outbox", "list", "--failed=ja"),
            "De optie --failed heeft een waarde te veel",
        ),
        (("outbox", "retry", "x"), "Het argument IDS moet een geheel getal zijn."),
        (("db", "downgrade"), "Het argument REVISION ontbreekt."),
        ((*PUBLISH, "."), "De optie --by ontbreekt."),
        (
            (*PUBLISH, ".", "--by"),
            "De optie --by heeft een waarde te veel of te weinig.",
        ),
        ((*PUBLISH, "weg"), "Het argument DIR wijst naar niets"),
        (
            (*STAFF, "--department=IT", "--role=baas"),
            "De optie --role moet een van deze zijn: uploader, releaser, ",
        ),
    ],
)
def test_what_was_typed_wrong_is_said_in_one_dutch_sentence(
    command: Command, words: tuple[str, ...], sentence: str
) -> None:
    answer = command(*words)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith(f"Fout: {sentence}")
    assert answer.stderr.endswith(" --help.\n")


def test_a_group_alone_shows_its_commands(command: Command) -> None:
    answer = command("outbox")
    assert "Toon wat wacht en wat mislukte" in answer.output
    assert "Fout" not in answer.output
