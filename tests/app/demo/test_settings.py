"""The demo's folder: made once, recognised, never mistaken for another."""

import stat
import subprocess
from pathlib import Path

import pytest

from app.demo.settings import DemoFolder
from app.kernel.errors import Conflict
from app.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> DemoFolder:
    made = DemoFolder(tmp_path / "de demo", 8123)
    made.make()
    return made


def test_its_settings_are_settings_of_the_house(folder: DemoFolder) -> None:
    settings = folder.settings()
    assert settings.base_url == "http://127.0.0.1:8123"
    assert settings.master_keys.startswith("demo:")
    assert DemoFolder.of(settings) == folder


def test_its_secrets_are_made_once_and_for_our_eyes_only(folder: DemoFolder) -> None:
    before = folder.settings()
    folder.make()
    assert folder.settings() == before
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    for file in folder.path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_its_pages_never_hold_the_keys_of_the_notary(folder: DemoFolder) -> None:
    pages = Settings.from_env(folder.environ_of_pages())
    assert (pages.audit_keys, folder.settings().audit_keys[:5]) == ("", "demo:")


def test_two_demos_share_no_secret(folder: DemoFolder, tmp_path: Path) -> None:
    other = DemoFolder(tmp_path / "other", 8123)
    other.make()
    assert other.settings().secret_key != folder.settings().secret_key


def test_a_shell_reads_its_settings_whatever_the_path(folder: DemoFolder) -> None:
    env = folder.path / "env"
    shell = subprocess.run(
        ["sh", "-c", '. "$1" && env', "sh", env], capture_output=True, check=True
    )
    said = dict(line.split("=", 1) for line in shell.stdout.decode().splitlines())
    assert said | folder.environ() == said


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("two years of work")
    with pytest.raises(Conflict, match="geen map van de demo"):
        DemoFolder(tmp_path, 8000).make()
    with pytest.raises(Conflict, match="niets gewist"):
        DemoFolder(tmp_path, 8000).empty()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_of_another_version_is_refused_but_can_be_emptied(
    folder: DemoFolder,
) -> None:
    (folder.path / "demo-version").write_text("0\n")
    with pytest.raises(Conflict, match="make demo-reset"):
        folder.make()
    folder.empty()
    assert not folder.path.exists()


def test_emptying_leaves_what_a_link_leads_to(
    folder: DemoFolder, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.txt").write_text("two years of work")
    (folder.path / "blobs").symlink_to(elsewhere)
    folder.empty()
    assert (elsewhere / "thesis.txt").exists()


def test_a_demo_that_runs_is_not_emptied(folder: DemoFolder) -> None:
    with folder.held(), pytest.raises(Conflict, match="draait al"):
        folder.empty()
    assert folder.settings()


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Conflict, match=r"kan niet schrijven in .*file"):
        DemoFolder(tmp_path / "file" / "demo", 8000).make()
