"""The register by command: taken in whole or not at all; who leaves sees no more."""

import json
import re
from collections.abc import Callable

from click.testing import Result

from tests.cast import AN, BO, HEADER, NOORD, ZUID, Cast, correction
from tests.terminal import refused
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]
Command = Callable[..., Result]
BOTH = {correction(NOORD): b"van Noord", correction(ZUID): b"van Zuid"}


def test_a_register_is_taken_in_by_command(cast: Cast, command: Command) -> None:
    path = cast.batch({"register.csv": (HEADER + AN + "\n" + BO).encode()})
    words = ("communities", "import", path / "register.csv")
    tried = command(*words, "--dry-run")
    assert tried.exit_code == 0
    assert tried.stdout == (
        "Zou opnemen: 2 nieuwe gemeenschappen, 2 nieuwe beheerders, 0 gewijzigd, "
        "0 ongewijzigd.\n"
    )
    assert cast.audited() == []

    done = command(*words, "--by", "sam.claes", "--json")
    assert json.loads(done.stdout) == {
        "communities": [NOORD, ZUID],
        "new": ["an.peeters", "bo.maes"],
        "changed": [],
        "same": [],
    }
    assert "0 nieuwe beheerders, 0 gewijzigd, 2 ongewijzigd" in command(*words).stdout


def test_a_bad_line_stops_the_whole_register(cast: Cast, command: Command) -> None:
    landline = BO.replace("+32 471 33 44 55", "09 211 22 33")
    path = cast.batch({"r.csv": (HEADER + AN + "\n" + landline).encode()})
    refused(
        command("communities", "import", path / "r.csv"),
        "Regel 3: Het nummer is geen gsm-nummer: een vaste lijn krijgt geen sms.",
    )
    assert cast.audited() == []


def test_changed_data_end_the_sessions_and_are_told(
    cast: Cast, command: Command, visitor: Arrive
) -> None:
    cast.everybody()
    cast.settled()
    an = visitor()
    an.sign_in(cast, "an.peeters")
    path = cast.batch({"r.csv": (HEADER + AN.replace("an@noord", "an@nieuw")).encode()})
    assert command("communities", "import", path / "r.csv").exit_code == 0
    assert not an.is_in()
    for address in ("an@noord.example", "an@nieuw.example"):
        (mail,) = cast.mails(address)
        assert "https://" not in mail.text


def test_a_removed_manager_loses_the_files_at_the_next_request(
    cast: Cast, command: Command, visitor: Arrive
) -> None:
    cast.everybody()
    els = AN.replace("an.peeters", "els.claes").replace("An P", "Els P")
    cast.register(els.replace("an@noord", "els@noord"))
    cast.settled()
    cast.publish(BOTH)
    an = visitor()
    an.sign_in(cast, "an.peeters")
    link = re.search(r"/bestanden/[\w-]{22}", cast.mails("els@noord.example")[0].text)
    assert link
    assert an.open(link[0]).status_code == 200

    tried = command("communities", "remove-manager", NOORD, "an.peeters", "--dry-run")
    assert tried.stdout == f"an.peeters zou {NOORD} niet meer beheren.\n"
    assert an.open(link[0]).status_code == 200

    done = command("communities", "remove-manager", NOORD, "an.peeters")
    assert done.stdout == f"an.peeters beheert {NOORD} niet meer.\n"
    assert an.open(link[0]).status_code == 404
    assert an.open(f"{link[0]}/download").status_code == 404
    an.open("/bestanden/")
    assert "Er staan nog geen bestanden klaar." in an.text
