"""The units of systemd: well formed, tight, and of one mind with the house."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.settings import Settings, child_environ
from app.settings_keys import KeyServiceSettings
from storage.clamd import PATIENCE
from tests.deploy.site import DEPLOY, HOUSE, command

HOUSES, KEYS = ("web", "jobs"), "keys"
SERVICES = (*HOUSES, KEYS)
MASTER = "2026:" + "A" * 43
EXPOSURE = 15  # tenths; systemd calls 2.0 good and most services of Debian 9.5
GIVE_UP = 3
NOTARY = r"(LoadCredential=audit-keys:|Environment=AUDIT_KEYS_FILE=).*"
SECRETS = {
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
    assert len(units) == 5


@pytest.mark.parametrize("service", [*SERVICES, "scanner"])
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
    web, jobs = ([*filter(lambda x: not own.fullmatch(x), lines(s))] for s in HOUSES)
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


def test_the_pages_and_the_jobs_hold_no_master_key_and_no_key_of_a_day(
    committed: Mapping[str, str],
) -> None:
    for service in HOUSES:
        assert "master" not in "\n".join(lines(service)).casefold()
        assert values(service, "StateDirectory") == ["energiepost"]
        assert values(service, "User") != values(KEYS, "User")
    assert "master" not in (DEPLOY / "energiepost").read_text().casefold()
    assert Path(committed["BLOBS"].removeprefix("local:")).is_relative_to(
        "/var/lib/energiepost"
    )


def test_the_key_service_has_all_it_needs_where_it_may_write(tmp_path: Path) -> None:
    (credential,) = values(KEYS, "LoadCredential")
    told = dict(
        pair.split("=", 1)
        for pair in " ".join(values(KEYS, "Environment")).split()
        if pair.startswith(("KEY", "MASTER"))
    )
    file = tmp_path / credential.partition(":")[0]
    file.touch(mode=0o400)
    file.write_text(MASTER)
    assert told["MASTER_KEYS_FILE"] == f"%d/{file.name}"
    assert told["KEYSERVICE_PEERS"].split() == values("web", "User")
    here = {"MASTER_KEYS_FILE": str(file), "KEYSERVICE_PEERS": "root"}
    settings = KeyServiceSettings.from_env(told | here)
    assert settings.keys == Path("/var/lib") / values(KEYS, "StateDirectory")[0]
    assert values(KEYS, "StateDirectoryMode") == ["0700"]


def test_the_pages_reach_the_key_service_by_its_group_alone(
    committed: Mapping[str, str],
) -> None:
    path = Path(committed["KEYS"].removeprefix("service:"))
    assert command(KEYS)[-1] == str(path)
    assert path.parent == Path("/run") / values(KEYS, "RuntimeDirectory")[0]
    assert values(KEYS, "RuntimeDirectoryMode") == ["0750"]
    assert values(KEYS, "Group") == values("web", "Group")
    assert values(KEYS, "PrivateUsers") == ["no"], "it looks at who asks"
    for service in HOUSES:
        assert "energiepost-keys.service" in values(service, "After")[0]


def test_the_scanner_listens_where_the_settings_say(
    committed: Mapping[str, str],
) -> None:
    (folder,) = values("scanner", "RuntimeDirectory")
    assert committed["SCANNER"] == f"clamd:/run/{folder}/clamd.sock"
    assert (
        f"LocalSocket /run/{folder}/clamd.sock" in (DEPLOY / "clamd.conf").read_text()
    )
    assert values("scanner", "Group") == values("jobs", "Group")


def test_the_scanner_says_so_where_it_looks_no_further() -> None:
    told = (DEPLOY / "clamd.conf").read_text().splitlines()
    settings = dict(line.split(" ", 1) for line in told if line[:1] not in {"", "#"})
    assert settings["AlertExceedsMax"] == "yes"
    assert settings["StreamMaxLength"] == settings["MaxFileSize"] == "2047M"
    assert int(settings["MaxScanTime"]) / 1000 < PATIENCE


def test_what_the_scanner_opens_stays_in_memory() -> None:
    (folder,) = re.findall(
        r"(?m)^TemporaryDirectory (\S+)$", (DEPLOY / "clamd.conf").read_text()
    )
    (laid_over,) = values("scanner", "TemporaryFileSystem")
    assert folder in {one.partition(":")[0] for one in laid_over.split()}
    assert values("scanner", "MemorySwapMax") == ["0"]
    assert values("scanner", "LimitCORE") == ["0"]


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
