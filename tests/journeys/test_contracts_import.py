"""flask contracts import: contracts that were made elsewhere move in."""

import json
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from click.testing import Result

from app.contracts.service import Contracts
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo, check_digits
from app.runtime import Runtime
from tests.cast import Cast
from tests.databases import ONE_DATABASE
from tests.providers import Provider

Command = Callable[..., Result]
HEADER = "kbo;naam;contractnummer;kanaal;actief_van\n"
ZON = "BE 0123.456.749;Zonadvies Wiebe bv;3599900040700;portaal;2020-11-11\n"
WIND = "1000000021;Windkracht cv;3599900040;api;2026-01-02\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "contracten.csv"


def test_living_contracts_move_in_and_done_twice_is_done_once(
    command: Command, runtime: Runtime, file: Path
) -> None:
    file.write_text(HEADER + ZON + WIND, encoding="utf-8-sig")
    dry = command("contracts", "import", file, "--dry-run")
    assert dry.output == "Zou opnemen: 2 nieuwe contracten, 0 ongewijzigd.\n"
    with runtime.reading() as session, pytest.raises(NotFound):
        Contracts.of(session, runtime).provider(Kbo("0123456749"))
    assert "Opgenomen: 2 nieuwe" in command("contracts", "import", file).output
    again = command("contracts", "import", file)
    assert again.output == "Opgenomen: 0 nieuwe contracten, 2 ongewijzigd.\n"
    with runtime.reading() as session:
        found = Contracts.of(session, runtime).provider(Kbo("1000000021"))
    assert (found.number, found.has_api) == ("3599900040", True)
    assert found.active_from is not None
    assert found.active_from.isoformat() == "2026-01-01T23:00:00+00:00"


@ONE_DATABASE
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kbo;naam\n", "Regel 1: de kolommen moeten zijn: kbo;naam;contractnummer"),
        (HEADER, "Het bestand bevat geen enkel contract."),
        (HEADER + ZON + ZON, "Regel 3: 0123456749 staat al eerder"),
        (HEADER + ZON.replace("749", "748"), "Regel 2: De controlecijfers"),
        (HEADER + ZON.replace("3599900040700", "12"), "Regel 2: Een contractnummer"),
        (HEADER + ZON.replace("portaal", "post"), "Regel 2: Het kanaal is"),
        (HEADER + ZON.replace("2020-11-11", "11/11/2020"), "Regel 2: Schrijf actief"),
        (HEADER + ZON.replace("Zonadvies Wiebe bv", ""), "Regel 2: De naam"),
        (HEADER + "0123456749;Zon\n", "Regel 2: 2 kolommen in plaats van 5."),
        (HEADER + ZON.replace("2020-11-11", "20201111"), "Regel 2: Schrijf actief"),
        (HEADER + ZON.replace("2020-11-11", "2020-W46"), "Regel 2: Schrijf actief"),
        (HEADER + ZON.replace("2020-11-11", "0001-01-01"), "Regel 2: actief_van ligt"),
        (HEADER + ZON.replace("2020-11-11", "2026-10-27"), "Regel 2: actief_van ligt"),
        (HEADER + WIND + ZON.replace("2020", "2120"), "Regel 3: actief_van ligt in"),
        (HEADER + ZON.replace("3599900040700", "3,5999E+12"), "Regel 2: Een contract"),
        (HEADER + ZON.replace("portaal", "Portaal"), "Regel 2: Het kanaal is"),
        (HEADER + ZON.replace("Wiebe", "\x07"), "Regel 2: De naam"),
        (HEADER + WIND + WIND.replace("040;", "041;"), "Regel 3: 1000000021 staat al"),
        (HEADER + ZON + "2477445084;X;3599900041;api;2026-01-02\n", "Regel 3: Een KBO"),
        (HEADER.replace(";", ","), "Regel 1: de kolommen moeten zijn"),
    ],
)
def test_the_first_wrong_line_is_named_and_nothing_moves_in(
    command: Command, file: Path, text: str, sentence: str
) -> None:
    file.write_text(text, encoding="utf-8")
    refused = command("contracts", "import", file)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Fout: {sentence}")


def test_a_second_contract_of_one_organisation_is_refused(
    command: Command, file: Path
) -> None:
    file.write_text(HEADER + ZON, encoding="utf-8")
    command("contracts", "import", file)
    file.write_text(HEADER + WIND + ZON.replace("40700", "40701"), encoding="utf-8")
    refused = command("contracts", "import", file)
    assert refused.exit_code == 1
    contradicts = "Fout: Regel 3: 0123.456.749 of 3599900040701 heeft al een contract."
    assert refused.stderr.startswith(contradicts)
    file.write_text(HEADER + WIND, encoding="utf-8")
    assert "1 nieuw contract" in command("contracts", "import", file).output


def test_nothing_of_a_file_moves_in_beside_a_line_that_contradicts_us(
    command: Command, runtime: Runtime, file: Path
) -> None:
    file.write_text(HEADER + ZON, encoding="utf-8")
    command("contracts", "import", file)
    other = "0477445084;Nieuwkomer nv;3599900040700;api;2026-01-02\n"
    file.write_text(HEADER + WIND + other, encoding="utf-8")
    refused = command("contracts", "import", file)
    assert "Regel 3: 0477.445.084 of 3599900040700 heeft al" in refused.stderr
    with runtime.reading() as session, pytest.raises(NotFound):
        Contracts.of(session, runtime).provider(Kbo("1000000021"))


def test_an_organisation_keeps_the_name_that_the_kbo_told(
    cast: Cast, command: Command, runtime: Runtime, file: Path
) -> None:
    Provider.wiebe(cast)
    file.write_text(HEADER + ZON.replace("Wiebe bv", "OUD"), encoding="utf-8")
    done = command("contracts", "import", file)
    assert done.output == (
        "Opgenomen: 1 nieuw contract, 0 ongewijzigd.\n"
        "Behoudt de naam die het hier heeft:\n"
        "0123.456.749: Zonadvies Wiebe bv\n"
    )
    with runtime.reading() as session:
        found = Contracts.of(session, runtime).provider(Kbo("0123456749"))
    assert found.organisation.name == "Zonadvies Wiebe bv"


def test_what_ended_since_it_moved_in_does_not_live_again(
    cast: Cast, command: Command, file: Path
) -> None:
    wiebe = Provider.wiebe(cast)
    file.write_text(HEADER + ZON, encoding="utf-8")
    command("contracts", "import", file)
    wiebe.does("end")
    assert "1 ongewijzigd" in command("contracts", "import", file).output
    assert not wiebe.is_provider


@ONE_DATABASE
def test_a_request_on_its_way_is_not_passed_by(
    cast: Cast, command: Command, file: Path
) -> None:
    Provider.wiebe(cast).requests()
    file.write_text(HEADER + ZON, encoding="utf-8")
    refused = command("contracts", "import", file)
    assert "Regel 2: 0123.456.749 of 3599900040700 heeft al" in refused.stderr


@ONE_DATABASE
def test_any_usual_spelling_and_program_will_do(
    command: Command, runtime: Runtime, file: Path
) -> None:
    gln = "5414452000009"  # digits are digits, whatever else they could name
    rows = f"BE 0123 456 749;Zon;{gln};portaal;2020-11-11\r\n\r\n"
    rows += '477445084;"Wind; en ""water""";3599 9000 40;api;2026-10-26\r\n'
    file.write_bytes(b"\xef\xbb\xbf" + (HEADER.replace("\n", "\r\n") + rows).encode())
    told = command("contracts", "import", file, "--json")
    assert json.loads(told.output) == {
        "new": [gln, "3599900040"],
        "same": [],
        "otherwise": [],
    }
    with runtime.reading() as session:
        found = Contracts.of(session, runtime).provider(Kbo("0477445084"))
    assert found.organisation.name == 'Wind; en "water"'


@ONE_DATABASE
def test_help_shows_an_example_and_the_columns(command: Command) -> None:
    told = command("contracts", "import", "--help").output
    assert "flask contracts import contracten.csv --dry-run" in told
    assert "kbo;naam;contractnummer;kanaal;actief_van" in told


@ONE_DATABASE
def test_two_thousand_contracts_move_in_within_seconds(
    command: Command, file: Path
) -> None:
    bodies = (f"{number:08}" for number in range(1_000_000, 1_002_000))
    rows = (
        f"{body}{check_digits(body)};Dienstverlener {body};35999{body};api;2026-01-02\n"
        for body in bodies
    )
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    begun = process_time()
    assert "2000 nieuwe contracten" in command("contracts", "import", file).output
    assert process_time() - begun < 10
    assert "2000 ongewijzigd" in command("contracts", "import", file).output
