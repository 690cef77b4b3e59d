import os
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, child_environ
from app.settings_keys import KeyServiceSettings
from app.settings_values import BySocket, InBucket

KEY = "A" * 43
COMPLETE = {
    "DATABASE_URL": "sqlite:////var/lib/energiepost/db.sqlite",
    "BLOBS": "local:/var/lib/energiepost/blobs",
    "KEYS": "local:/var/lib/energiepost/keys",
    "MASTER_KEYS": f"2026:{KEY}",
    "SECRET_KEY": "s" * 32,
    "EMAIL": "smtp://user:pass%20word@relay.example:587?tls=required",
    "SMS": "console:",
    "BASE_URL": "https://bestanden.example/",
}


def complaint(**wrong: str) -> str:
    with pytest.raises(SettingsError) as raised:
        Settings.from_env(COMPLETE | wrong)
    return str(raised.value)


def test_a_small_installation_says_eight_things() -> None:
    settings = Settings.from_env(COMPLETE)
    assert settings.base_url == "https://bestanden.example"
    assert (settings.host, settings.is_https) == ("bestanden.example", True)
    assert settings.blobs == Path("/var/lib/energiepost/blobs")
    assert (settings.retention_days, settings.remind_days) == (30, (7, 2))
    assert settings.timezone.key == "Europe/Brussels"
    assert settings.mail_from == "no-reply@fluvius.be"


def test_blobs_and_keys_may_lie_in_buckets_and_never_in_the_same() -> None:
    buckets = {"BLOBS": "s3://blobs/energie/post", "KEYS": "s3://keys"}
    at = {"S3_ENDPOINT": "https://s3.example:9000"}
    settings = Settings.from_env(COMPLETE | buckets | at)
    assert settings.blobs == InBucket("blobs", "energie/post")
    assert (settings.keys, settings.s3_endpoint) == (InBucket("keys", ""), *at.values())
    with pytest.raises(LookupError, match="in a bucket"):
        assert settings.blob_folder
    same = complaint(BLOBS="s3://one/blobs", KEYS="s3://one/keys")
    assert same == "KEYS must lie in another bucket than BLOBS"


def test_who_asks_a_key_service_never_holds_the_master_keys() -> None:
    apart = COMPLETE | {"KEYS": "service:/run/energiepost-keys/keys.sock"}
    both = {"KEYS": apart["KEYS"]}
    assert complaint(**both) == (
        "MASTER_KEYS must not be given where a key service holds them"
    )
    settings = Settings.from_env(apart | {"MASTER_KEYS": ""})
    assert settings.keys == BySocket(Path("/run/energiepost-keys/keys.sock"))
    assert settings.master_keys == ""


def test_the_key_service_says_all_that_it_misses_and_knows_nothing_else() -> None:
    with pytest.raises(SettingsError) as raised:
        KeyServiceSettings.from_env({"KEYSERVICE_PEERS": "nobody-at-all"})
    assert str(raised.value) == (
        "KEYS is missing; MASTER_KEYS is missing; "
        "KEYSERVICE_PEERS names no user of this machine: 'nobody-at-all'"
    )
    told = {name: COMPLETE[name] for name in ("KEYS", "MASTER_KEYS")}
    settings = KeyServiceSettings.from_env(told | {"KEYSERVICE_PEERS": "root, 4711"})
    assert (sorted(settings.peers), settings.unseals) == ([0, 4711], 6000)
    assert KeyServiceSettings.from_env(told).peers == {os.geteuid()}
    assert KEY not in repr(settings)


def test_all_complaints_come_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({"RETENTION_DAYS": "x", "TIMEZONE": "Mars/Base"})
    sentence = str(raised.value)
    for name in COMPLETE:
        assert f"{name} is missing" in sentence
    assert "RETENTION_DAYS must be a whole number from 1 to 30, not 'x'" in sentence
    assert "TIMEZONE is no time zone: 'Mars/Base'" in sentence


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("DATABASE_URL", "mysql://x", "must begin with sqlite:/// or"),
        ("DATABASE_URL", "sqlite:///", "must name a file"),
        ("DATABASE_URL", "postgresql+psycopg://h:port/db", "is no address"),
        ("BLOBS", "local:relative", "must be local:/an/absolute/path"),
        ("BLOBS", "s3://No_Bucket/x", "or s3://bucket/prefix"),
        ("BLOBS", "s3:bucket", "or s3://bucket/prefix"),
        ("S3_ENDPOINT", "s3.example", "must begin with https://"),
        ("S3_ENDPOINT", "http://s3.example", "must be https"),
        ("KEYS", "/a/path", "must be local:/an/absolute/path"),
        ("KEYS", "service:keys.sock", "or service:/a/socket"),
        ("KEYS", "local:keys", "must be local:/an/absolute/path"),
        ("MASTER_KEYS", "A" * 43, "must be like id1:key"),
        ("MASTER_KEYS", f"a:{KEY[1:]}", "must be like id1:key"),
        ("MASTER_KEYS", f"a:{KEY},", "must be like id1:key"),
        ("MASTER_KEYS", f"a:{KEY},a:{KEY}", "gives two keys the same id"),
        ("AUDIT_KEYS", "A" * 43, "must be like id1:key"),
        ("AUDIT_KEYS", f"notary:{KEY}", "must be other keys than MASTER_KEYS"),
        ("SECRET_KEY", "short", "must be at least 32 characters long"),
        ("EMAIL", "smtp", "must begin with smtp: or ses: or file: or console:"),
        ("EMAIL", "pigeon:", "must begin with smtp:"),
        ("EMAIL", "file:", "must be file:/an/absolute/path"),
        ("EMAIL", "smtp:", "must be like smtp://"),
        ("EMAIL", "smtp://relay?tls=perhaps", "must be like smtp://"),
        ("EMAIL", "smtp://relay:mail", "is no address"),
        ("EMAIL", "smtp://me:secret@relay?tls=none", "without TLS"),
        ("SMS", "smoke:", "must begin with twilio: or file: or console:"),
        ("SCANNER", "clamd:relative.sock", "must be clamd:/an/absolute/path.sock"),
        ("SCANNER", "none", "or none:"),
        ("CONTRACT_ROOTS", "roots.pem", "must be an absolute path"),
        ("CONTRACT_TEMPLATE", "/nowhere/contract.typ", "No such file"),
        ("CONTRACT_MAIL", "marktwerking", "must be an e-mail address"),
        ("TARIFFS_URL", "vreg.be", "must begin with https://"),
        ("TWILIO_API_BASE", "twilio.example", "must begin with https://"),
        ("HEALTH_PING_URL", "file:///etc/passwd", "must begin with https://"),
        ("BASE_URL", "http://bestanden.example", "http is accepted for loopback"),
        ("BASE_URL", "ftp://bestanden.example", "must begin with https://"),
        ("BASE_URL", "https://bestanden.example/portaal", "must be like https://"),
        ("BASE_URL", "https://me@bestanden.example", "no name or password"),
        ("BASE_URL", "https://bestanden.example:0", "is no address"),
        ("BASE_URL", "https://[", "is no address"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "has host bits set"),
        ("OPERATOR_NAME", "Flu\nvius", "must be one line of text"),
        ("MAIL_FROM", "fluvius.be", "must be an e-mail address"),
        ("MAIL_FROM", "no-reply@flüvius.be", "must be an e-mail address"),
        ("RETENTION_DAYS", "31", "from 1 to 30"),
        ("REMIND_DAYS", "7,0", "from 1 to 29"),
        ("INITIAL_PASSWORD_DAYS", "8", "from 1 to 7"),
        ("TIMEZONE", "../etc/passwd", "is no time zone"),
        ("TIMEZONE", "Europe", "is no time zone"),
    ],
)
def test_a_wrong_setting_is_named_with_its_reason(
    name: str, text: str, words: str
) -> None:
    sentence = complaint(**{name: text})
    assert sentence.startswith(f"{name} ")
    assert words in sentence
    assert ";" not in sentence


def test_a_complaint_never_repeats_a_secret() -> None:
    sentence = complaint(
        SECRET_KEY="hunter2",
        MASTER_KEYS="one:hunter2",
        EMAIL="smtp://me:hunter2@relay:port",
        DATABASE_URL="postgresql+psycopg://me:hunter2@host:port/db",
    )
    assert "hunter2" not in sentence


def test_twilio_is_asked_for_its_keys_only_when_it_is_chosen() -> None:
    sentence = complaint(SMS="twilio:")
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"):
        assert f"{name} is missing" in sentence
    keys = {"TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "F"}
    assert Settings.from_env({**COMPLETE, **keys, "SMS": "twilio:"}).twilio_from == "F"


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost:8000"])
def test_http_is_accepted_on_the_loopback(base: str) -> None:
    settings = Settings.from_env({**COMPLETE, "BASE_URL": base})
    assert not settings.is_https
    assert settings.hostname in {"127.0.0.1", "localhost"}


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    file.write_text("f" * 40 + "\n")
    told = {**COMPLETE, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}
    assert Settings.from_env(told).secret_key == "f" * 40
    file.write_text("\n")
    assert complaint(SECRET_KEY_FILE=str(file)) == "SECRET_KEY is missing"
    file.write_bytes(b"\xff" * 40)
    assert "it is no UTF-8" in complaint(SECRET_KEY_FILE=str(file))
    file.unlink()
    assert "No such file or directory" in complaint(SECRET_KEY_FILE=str(file))


@pytest.mark.parametrize("name", ["MASTER_KEYS", "SECRET_KEY"])
def test_a_key_file_that_others_can_read_is_a_complaint(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / "key"
    file.write_text(COMPLETE[name])
    file.chmod(0o640)
    sentence = complaint(**{f"{name}_FILE": str(file)})
    assert sentence == f"{name} others can reach {file}: take their rights away"
    file.chmod(0o400)
    assert Settings.from_env(COMPLETE | {name: "", f"{name}_FILE": str(file)})


def test_proxies_and_days_are_read_as_lists() -> None:
    settings = Settings.from_env(
        {
            **COMPLETE,
            "TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "REMIND_DAYS": "2, 7,2",
            "RETENTION_DAYS": "20",
        }
    )
    assert [str(network) for network in settings.trusted_proxies] == [
        "10.0.0.0/8",
        "::1/128",
    ]
    assert settings.remind_days == (7, 2)
    none = Settings.from_env({**COMPLETE, "TRUSTED_PROXIES": "none"})
    assert none.trusted_proxies == ()


def test_settings_read_the_environment_of_their_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, text in COMPLETE.items():
        monkeypatch.setenv(name, text)
    assert Settings.load() == Settings.from_env(COMPLETE)


def test_printed_settings_show_no_secret() -> None:
    shown = repr(Settings.from_env({**COMPLETE, "TWILIO_AUTH_TOKEN": "token-x"}))
    for secret in (KEY, "s" * 32, "pass%20word", "token-x"):
        assert secret not in shown


def test_a_process_of_ours_inherits_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of the parent")
    monkeypatch.setenv("PATH", "/bin")
    environ = child_environ({"BASE_URL": "http://localhost"})
    assert (environ["PATH"], environ["BASE_URL"]) == ("/bin", "http://localhost")
    assert "SECRET_KEY" not in environ
