"""The units of systemd: well formed, tight, and of one mind with the house."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.settings import Settings, child_environ
from tests.deploy.site import DEPLOY, HOUSE, command

SERVICES = ("web", "jobs")
EXPOSURE = 15  # tenths; systemd calls 2.0 good and most services of Debian 9.5
GIVE_UP = 3
NOTARY = r"(LoadCredential=audit-keys:|Environment=AUDIT_KEYS_FILE=).*"
SECRETS = {
    "MASTER_KEYS": "2026:" + "A" * 43,
    "SECRET_KEY": "a secret of nobody, and long enough",
    "EMAIL": "smtp://energiepost:password@relay.example:587?tls=required",
    "TWILIO_AUTH_TOKEN": "a token of nobody",
}


def lines(service: str) -> list[str]:
    return (DEPLOY / f"energiepost-{service}.service").read_text().splitlines()


def values(service: str, key: str) -> list[str]:
    """What the unit says for this key, once or more often."""
    found = [line.partition("=") for line in lines(service)]
    return [value for name, _, value in found if name == key]


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with the house where it stands here."""
    for unit in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.socket")]:
        text = unit.read_text().replace("/srv/energiepost", str(HOUSE))
        (tmp_path / unit.name).write_text(text)
    return sorted(tmp_path.iterdir())


def test_systemd_finds_no_fault_with_them(units: list[Path]) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(units) == 3


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_reach_little(service: str) -> None:
    unit = DEPLOY / f"energiepost-{service}.service"
    options = ["--offline=true", "--no-pager", f"--threshold={EXPOSURE}"]
    done = subprocess.run(
        ["systemd-analyze", "security", *options, unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_both_are_given_the_same_and_are_held_the_same() -> None:
    own = re.compile(
        rf"#.*|{NOTARY}|(Description|Requires|Type|NotifyAccess|ExecStart|ExecReload"
        r"|TimeoutStopSec|LimitNOFILE|MemoryHigh|MemoryMax|TasksMax)=.*|"
    )
    web, jobs = ([*filter(lambda x: not own.fullmatch(x), lines(s))] for s in SERVICES)
    assert web == jobs


def test_the_settings_and_the_secrets_of_the_units_are_all_the_house_needs(
    committed: Mapping[str, str], tmp_path: Path
) -> None:
    credentials = [value.partition(":")[0] for value in values("web", "LoadCredential")]
    named = " ".join(values("web", "Environment")).replace("%d", str(tmp_path)).split()
    files = dict(pair.split("=") for pair in named if "_FILE=" in pair)
    for name, secret in SECRETS.items():
        file = Path(files[f"{name}_FILE"])
        file.touch(mode=0o400)  # as systemd shows them
        file.write_text(secret)
    settings = Settings.from_env({**committed, **files})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(credentials)
    assert settings.base_url == "https://bestanden.example"


def test_the_services_may_write_where_the_settings_say(
    committed: Mapping[str, str],
) -> None:
    (state,) = values("web", "StateDirectory")
    writable = [Path("/var/lib") / name for name in state.split()]
    for setting in ("BLOBS", "KEYS"):
        place = Path(committed[setting].removeprefix("local:"))
        assert [home for home in writable if place.is_relative_to(home)]


def test_blobs_and_keys_have_no_folder_in_common(committed: Mapping[str, str]) -> None:
    blobs, keys = (Path(committed[n].removeprefix("local:")) for n in ("BLOBS", "KEYS"))
    assert blobs.parent != keys.parent
    assert not keys.is_relative_to(blobs.parent)


@pytest.mark.parametrize("service", SERVICES)
def test_wrong_settings_end_it_for_good(service: str, tmp_path: Path) -> None:
    words = command(service)
    if service == "web":
        words = [*words, f"--bind=unix:{tmp_path}/web.sock"]
    done = subprocess.run(
        words,
        cwd=HOUSE,
        env=child_environ({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == GIVE_UP, done.stderr
    assert "MASTER_KEYS is missing" in done.stderr
    assert values(service, "RestartPreventExitStatus") == [str(GIVE_UP)]


def test_the_command_of_the_operator_knows_every_secret() -> None:
    script = (DEPLOY / "energiepost").read_text()
    for credential in values("jobs", "LoadCredential"):
        assert f"LoadCredential={credential}" in script
    for pair in re.findall(r"(\w+_FILE)=%d/(\S+)", "\n".join(lines("jobs"))):
        assert '{}="$CREDENTIALS_DIRECTORY/{}"'.format(*pair) in script


def test_the_pages_never_hold_the_keys_of_the_notary() -> None:
    assert "audit" not in "\n".join(lines("web")).casefold()
    assert [v for v in values("jobs", "LoadCredential") if v.startswith("audit-keys:")]
