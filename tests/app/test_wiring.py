from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import extract_parameters

from app.demo.pki import Belgium
from app.passwords import DECIDED, Cost
from app.runtime import Runtime
from app.settings import Settings, SettingsError
from app.wiring import build
from notifier.mail import ConsoleEmail, FileEmail, SesEmail, SmtpEmail
from notifier.sms import ConsoleSms, FileSms, TwilioSms
from signing.pades import Pades
from signing.unrooted import NoRoots
from storage.clamd import Clamd
from storage.crypto import SealedBlobs
from storage.mortal import MortalKeys
from storage.s3 import S3Blobs
from storage.s3_keys import S3Keys
from storage.scanner import NoScanner
from tests.servers import rgw

Build = Callable[..., Runtime]


@pytest.fixture
def built(tmp_path: Path) -> Build:
    """A Runtime over these settings and the usual others; its doors are only made."""

    def build_with(**told: str) -> Runtime:
        usual = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite'}",
            "BLOBS": f"local:{tmp_path / 'blobs'}",
            "KEYS": f"local:{tmp_path / 'keys'}",
            "MASTER_KEYS": "test:" + "A" * 43,
            "SECRET_KEY": "a secret of nobody, and long enough",
            "EMAIL": "console:",
            "SMS": "console:",
            "BASE_URL": "https://bestanden.example",
        }
        return build(Settings.from_env(usual | told))

    return build_with


def test_passwords_cost_what_was_decided(built: Build) -> None:
    hashed = built().passwords.hash("Vier linden aan de Leie")
    cost = extract_parameters(hashed.text)
    found = Cost(cost.memory_cost, cost.time_cost, cost.parallelism)
    assert found == DECIDED


def test_the_relay_is_as_its_address_says(built: Build) -> None:
    carrier = built(EMAIL="smtp://me:p%40ss@relay.example:2525?tls=required").email
    assert isinstance(carrier, SmtpEmail)
    assert (carrier.host, carrier.port) == ("relay.example", 2525)
    assert (carrier.user, carrier.password, carrier.tls) == ("me", "p@ss", "required")
    assert str(carrier.sender) == "Fluvius <no-reply@fluvius.be>"


def test_a_relay_gets_tls_and_the_usual_port_unless_told(built: Build) -> None:
    usual, bare = (
        built(EMAIL="smtp://relay").email,
        built(EMAIL="smtp://r?tls=none").email,
    )
    assert isinstance(usual, SmtpEmail)
    assert (usual.port, usual.tls, usual.user) == (587, "required", "")
    assert isinstance(bare, SmtpEmail)
    assert bare.tls == "none"


def test_each_carrier_is_wired_by_its_first_word(
    built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    twilio = {"TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "F"}
    assert isinstance(built(EMAIL="console:").email, ConsoleEmail)
    assert isinstance(built(EMAIL="ses:").email, SesEmail)
    kept = built(EMAIL=f"file:{tmp_path}/mail", SMS=f"file:{tmp_path}/sms")
    assert isinstance(kept.email, FileEmail)
    assert kept.email.folder == tmp_path / "mail"
    assert isinstance(kept.sms, FileSms)
    assert isinstance(built(SMS="console:").sms, ConsoleSms)
    assert isinstance(built(SMS="twilio:", **twilio).sms, TwilioSms)


def test_nobody_looks_for_viruses_unless_a_socket_is_named(built: Build) -> None:
    assert isinstance(built().scanner, NoScanner)
    assert isinstance(built(SCANNER="none:").scanner, NoScanner)
    found = built(SCANNER="clamd:/run/clamd.sock").scanner
    assert found == Clamd(Path("/run/clamd.sock"))


def test_no_signature_counts_unless_roots_are_named(
    built: Build, tmp_path: Path
) -> None:
    assert isinstance(built().signatures, NoRoots)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(Belgium.found().roots)
    found = built(CONTRACT_ROOTS=str(roots)).signatures
    assert isinstance(found, Pades)
    assert len(found.roots) == 1


def test_a_file_without_roots_is_a_complaint(built: Build, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("no certificate")
    with pytest.raises(SettingsError, match=r"^CONTRACT_ROOTS \w"):
        built(CONTRACT_ROOTS=str(roots))


def test_amazon_without_a_region_is_a_complaint(
    built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="EMAIL SES: You must specify a region"):
        built(EMAIL="ses:")


def test_keys_that_others_can_reach_are_a_complaint(
    built: Build, tmp_path: Path
) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(SettingsError, match="KEYS others can reach"):
        built(KEYS=f"local:{folder}")


@pytest.mark.parametrize("name", ["BLOBS", "KEYS"])
def test_a_folder_that_cannot_be_made_is_a_complaint(
    built: Build, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=f"{name} cannot be used: Not a directory"):
        built(**{name: f"local:{tmp_path}/file/inside"})


def test_letters_know_who_sends_them_and_from_where(built: Build) -> None:
    runtime = built(OPERATOR_NAME="Netbeheer", BASE_URL="http://127.0.0.1:8000")
    text = runtime.letters.sms("code", code="123456", until=runtime.clock(), host="x")
    assert "123456" in text
    assert runtime.settings.operator_name == "Netbeheer"


def test_what_one_process_sealed_another_can_read(built: Build) -> None:
    key_id, sealed = built().keyring.seal("letter", b"words")
    assert built().keyring.unseal("letter", key_id, sealed) == b"words"


def test_what_lies_in_a_bucket_is_wired_by_its_address(
    built: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in rgw.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    at = {"BLOBS": "s3://blobs/post", "KEYS": "s3://keys", "S3_ENDPOINT": "https://s3"}
    runtime = built(**at)
    assert isinstance(runtime.blobs, SealedBlobs)
    assert isinstance(runtime.blobs.inner, S3Blobs)
    assert isinstance(runtime.keys, MortalKeys)
    keys = runtime.keys.inner
    assert isinstance(keys, S3Keys)
    bucket = runtime.blobs.inner.bucket
    assert (bucket.name, bucket.prefix) == ("blobs", "post/")
    assert bucket.quick.meta.endpoint_url == "https://s3"
    assert keys.bucket.prefix == ""
    with pytest.raises(SettingsError, match="BLOBS S3:"):
        built(**at | {"S3_ENDPOINT": "https://no host"})
