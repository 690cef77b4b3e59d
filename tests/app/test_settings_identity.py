"""Issuers in the settings: whole or not at all, and nothing secret in a complaint."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import KeySet, RSAKey

from app.settings import Settings, SettingsError
from app.settings_identity import Issuer
from app.wiring import build
from tests.app.test_settings import COMPLETE

CSAM = {
    "OIDC_CSAM_ISSUER": "https://csam.example/fas",
    "OIDC_CSAM_CLIENT_ID": "energiepost",
    "OIDC_CSAM_CLIENT_SECRET": "een geheim",
}


def complaint(**wrong: str) -> str:
    with pytest.raises(SettingsError) as raised:
        Settings.from_env(COMPLETE | CSAM | wrong)
    return str(raised.value)


def test_without_an_issuer_there_is_none() -> None:
    assert Settings.from_env(COMPLETE).issuers == ()


def test_an_issuer_is_known_by_its_name_and_hides_its_secret() -> None:
    (csam,) = Settings.from_env(COMPLETE | CSAM).issuers
    assert csam == Issuer(
        "csam", "https://csam.example/fas", "energiepost", "een geheim", ""
    )
    assert "geheim" not in repr(csam)


def test_who_we_are_to_an_issuer_must_be_told() -> None:
    assert complaint(OIDC_CSAM_CLIENT_ID="", OIDC_CSAM_CLIENT_SECRET="") == (
        "OIDC_CSAM_CLIENT_ID is missing; OIDC_CSAM_CLIENT_SECRET is missing"
    )


def test_our_keys_can_stand_in_for_a_secret() -> None:
    keys = '{"keys": [{"kty": "RSA"}]}'
    told = COMPLETE | CSAM | {"OIDC_CSAM_CLIENT_SECRET": "", "OIDC_CSAM_KEYS": keys}
    (csam,) = Settings.from_env(told).issuers
    assert (csam.client_secret, csam.keys) == ("", keys)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://csam.example", "must be https"),
        ("csam.example", "must begin with https://"),
        ("https://csam.example?x=1", "must be like https://issuer.example/path"),
        ("https://csam.example#x", "must be like https://issuer.example/path"),
        ("https://me:word@csam.example", "must be like https://issuer.example/path"),
    ],
)
def test_an_address_of_no_issuer_is_refused(address: str, reason: str) -> None:
    assert reason in complaint(OIDC_CSAM_ISSUER=address)


@pytest.mark.parametrize(
    "keys", ["geheim", "[]", "{}", '{"keys": []}', '{"keys": ["geheim"]}']
)
def test_keys_are_a_set_of_keys_and_never_quoted(keys: str) -> None:
    told = complaint(OIDC_CSAM_KEYS=keys)
    assert told == 'OIDC_CSAM_KEYS must be a JWK set, like {"keys": [...]}'


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """The same, with folders that we may make."""
    folders = {name: f"local:{tmp_path / name}" for name in ("BLOBS", "KEYS")}
    return COMPLETE | CSAM | folders | {"DATABASE_URL": f"sqlite:///{tmp_path}/db"}


def test_a_key_that_cannot_be_read_is_complained_of_when_the_house_starts(
    here: dict[str, str],
) -> None:
    broken = '{"keys": [{"kty": "RSA", "d": "geheim"}]}'
    settings = Settings.from_env(here | {"OIDC_CSAM_KEYS": broken})
    with pytest.raises(SettingsError) as raised:
        build(settings)
    assert "cannot be read" in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_each_issuer_is_a_door(here: dict[str, str]) -> None:
    keys = KeySet([RSAKey.generate_key(2048)]).as_dict(private=True)
    runtime = build(Settings.from_env(here | {"OIDC_CSAM_KEYS": json.dumps(keys)}))
    assert list(runtime.identities) == ["csam"]
    runtime.database.close()
