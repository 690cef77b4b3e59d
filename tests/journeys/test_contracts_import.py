"""flask contracts import: contracts that were made elsewhere move in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from app.contracts.service import Contracts
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from app.runtime import Runtime

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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kbo;naam\n", "Regel 1: de kolommen moeten zijn: kbo;naam;contractnummer"),
        (HEADER, "Het bestand bevat geen enkel contract."),
        (HEADER + ZON + ZON, "Regel 3: 3599900040700 staat al eerder"),
        (HEADER + ZON.replace("749", "748"), "Regel 2: De controlecijfers"),
        (HEADER + ZON.replace("3599900040700", "12"), "Regel 2: Een contractnummer"),
        (HEADER + ZON.replace("portaal", "post"), "Regel 2: Het kanaal is"),
        (HEADER + ZON.replace("2020-11-11", "11/11/2020"), "Regel 2: Schrijf actief"),
        (HEADER + ZON.replace("Zonadvies Wiebe bv", ""), "Regel 2: De naam"),
        (HEADER + "0123456749;Zon\n", "Regel 2: 2 kolommen in plaats van 5."),
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
    assert "heeft al een contract" in refused.stderr
    file.write_text(HEADER + WIND, encoding="utf-8")
    assert "1 nieuw contract" in command("contracts", "import", file).output
