"""Contracts for years: under each master key, in each store, whole or told that not."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from app.contracts.service_desk import ContractDesk
from app.db.kept import KeptBlob
from app.kernel.errors import Conflict
from storage.bucket import Bucket
from storage.key_service import KeyService
from storage.keys import LocalKeys, MasterKeys
from storage.meter import Meter
from tests.cast import Cast
from tests.databases import ONE_DATABASE
from tests.masters import NEW, OLD, Rotate, needed, type_
from tests.providers import SCAN, Provider
from tests.servers import rgw
from tests.servers.keys import serving_keys, socket_place

Command = Callable[..., Result]


@pytest.fixture
def wiebe(cast: Cast) -> Provider:
    return Provider.wiebe(cast)


def handed_in(provider: Provider) -> Provider:
    provider.requests()
    provider.chooses()
    provider.hands_in()
    return provider


def content(provider: Provider) -> bytes:
    """What a colleague gets who looks."""
    contract, runtime = provider.contract, provider.cast.runtime
    assert contract is not None
    with runtime.transaction() as session:
        return ContractDesk.of(session, runtime).paper(contract.id)


def blob(provider: Provider, key: str) -> Path:
    return provider.cast.runtime.settings.blob_folder / key[:2] / key


def stored(provider: Provider) -> set[str]:
    return {blob.key for blob in provider.cast.runtime.blobs.keys()}


def test_a_contract_outlives_the_master_key_under_which_it_was_kept(
    wiebe: Provider, rotate: Rotate
) -> None:
    handed_in(wiebe).cast.tick("post.deliver")
    assert needed(rotate(OLD), "test") == {"papers": 2}
    both = rotate(f"{NEW},{OLD}")
    would = type_(both, "storage", "rewrap", "--dry-run").stdout
    assert "en 2 bewaarde stukken." in would
    assert needed(both, "test") == {"papers": 2}
    assert content(wiebe) == SCAN

    type_(both, "storage", "rewrap")
    assert needed(both, "new") == {"papers": 2}
    assert "en 0 bewaarde stukken." in type_(both, "storage", "rewrap").stdout
    told = type_(both, "storage", "keys").stdout
    assert "test: nergens meer nodig" in told
    assert "2 bewaarde stukken" in told

    alone = rotate(NEW)
    assert content(wiebe) == SCAN
    read = type_(alone, "storage", "verify", "--rate", "500").stdout
    assert read.startswith("Gelezen: 0 bestanden en 2 bewaarde stukken,")


@ONE_DATABASE
def test_a_key_that_went_too_early_is_told_for_its_contracts_too(
    wiebe: Provider, rotate: Rotate
) -> None:
    handed_in(wiebe).cast.tick("post.deliver")
    told = type_(rotate(NEW), "storage", "keys").stdout
    assert "test: ontbreekt in MASTER_KEYS, en is nodig: 2 bewaarde stukken." in told
    damaged = json.loads(_verified(rotate(NEW)).stdout)["damaged"]
    assert len(damaged) == 2


def _verified(app: object) -> Result:
    runner = app.test_cli_runner()  # type: ignore[attr-defined]
    done: Result = runner.invoke(args=["storage", "verify", "--json"])
    return done


@ONE_DATABASE
def test_one_seal_that_was_touched_keeps_no_other_under_the_old_key(
    wiebe: Provider, rotate: Rotate
) -> None:
    handed_in(wiebe).cast.tick("post.deliver")
    with wiebe.cast.runtime.transaction() as session:
        paper = session.scalars(select(KeptBlob)).first()
        assert paper is not None
        paper.sealed_key = paper.sealed_key[:-1] + bytes([paper.sealed_key[-1] ^ 1])
    both = rotate(f"{NEW},{OLD}")
    assert "en 1 bewaard stuk." in type_(both, "storage", "rewrap").stdout
    assert needed(both, "new") == needed(both, "test") == {"papers": 1}
    assert json.loads(_verified(both).stdout)["damaged"] == [f"paper:{paper.key}"]


@ONE_DATABASE
def test_papers_that_are_gone_or_damaged_are_told_and_never_forgotten(
    wiebe: Provider, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    handed_in(wiebe).cast.clock.forward(hours=2)
    gone, hurt = sorted(stored(wiebe))
    blob(wiebe, gone).unlink()
    damaged = bytearray(blob(wiebe, hurt).read_bytes())
    damaged[40] ^= 1
    blob(wiebe, hurt).write_bytes(damaged)

    read = command("storage", "verify", "--json")
    assert read.exit_code == 1
    told = json.loads(read.stdout)
    assert (told["papers"], set(told["damaged"])) == (
        2,
        {f"paper:{gone}", f"paper:{hurt}"},
    )
    assert f"ALARM paper:{hurt} cannot be read as it was put" in caplog.text
    for _night in range(2):
        caplog.clear()
        wiebe.cast.tick("filedrop.reconcile")
        assert f"ALARM the bytes of paper:{gone} are gone" in caplog.text
    found = command("storage", "reconcile")
    assert f"1 bewaard stuk waarvan de inhoud weg is: paper:{gone}" in found.stdout


@ONE_DATABASE
def test_a_paper_whose_row_was_refused_is_taken_back_at_once(
    wiebe: Provider,
) -> None:
    before = stored(handed_in(wiebe))
    with pytest.raises(Conflict):
        wiebe.hands_in()
    assert stored(wiebe) == before


@ONE_DATABASE
def test_contracts_lie_in_a_bucket_as_well(
    wiebe: Provider,
    rotate: Rotate,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in rgw.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    places = {
        "BLOBS": f"s3://{rgw.PLAIN}/{bucket.prefix}",
        "S3_ENDPOINT": bucket.quick.meta.endpoint_url,
    }
    rotate(OLD, **places)
    handed_in(wiebe)
    stray = wiebe.paper(b"%PDF-1.7 of a server that was killed").key
    both = rotate(f"{NEW},{OLD}", **places)
    type_(both, "storage", "rewrap")
    wiebe.cast.clock.forward(days=400)
    told = type_(both, "storage", "reconcile", "--anyhow", "--json").stdout
    assert json.loads(told)["orphans"] == [stray]
    alone = rotate(NEW, **places)
    assert content(wiebe) == SCAN
    assert "2 bewaarde stukken" in type_(alone, "storage", "verify").stdout


@pytest.fixture
def socket() -> Iterator[Path]:
    with socket_place() as path:
        yield path


@ONE_DATABASE
def test_pages_without_a_master_key_keep_and_open_contracts(
    wiebe: Provider, rotate: Rotate, socket: Path, tmp_path: Path
) -> None:
    service = {"KEYS": f"service:{socket}", "MASTER_KEYS": ""}

    def serving(codes: str) -> KeyService:
        master = MasterKeys.parse(codes)
        local = LocalKeys(tmp_path / "keys", master)
        return KeyService(local, master, {os.getuid()}, Meter(1000))

    with serving_keys(serving(OLD), socket):
        rotate("", **service)
        handed_in(wiebe)
        assert content(wiebe) == SCAN
    with serving_keys(serving(f"{NEW},{OLD}"), socket):
        both = rotate("", **service)
        assert content(wiebe) == SCAN
        assert "en 2 bewaarde stukken." in type_(both, "storage", "rewrap").stdout
    with serving_keys(serving(NEW), socket):
        alone = rotate("", **service)
        assert content(wiebe) == SCAN
        told = type_(alone, "storage", "keys").stdout
        assert re.search(r"new: maakt al het nieuwe; .*2 bewaarde stukken", told)
