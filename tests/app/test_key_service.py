"""The command that keeps the keys apart, as an operator starts it."""

from pathlib import Path

from tests.servers.keys import keeper, socket_place


def test_wrong_settings_end_it_for_good_in_one_sentence(tmp_path: Path) -> None:
    told = {"KEYS": f"local:{tmp_path / 'keys'}", "MASTER_KEYS": "short"}
    log = tmp_path / "keys.log"
    with socket_place() as path, keeper(told, path, log) as ending:
        assert ending.wait(20) == 3
    (sentence,) = log.read_text().splitlines()
    assert sentence.startswith("Fout: MASTER_KEYS must be like id1:key")
