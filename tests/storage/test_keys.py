"""Keys on disk: rights, rotation, destruction; and the master keys above them."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import KeyDestroyed, KeyRefused, KeysExposed
from storage.keys import LocalKeys, MasterKeys
from tests.fakes_storage import WHY

DAY = date(2026, 11, 24)
OLD, NEW = b"o" * 32, b"n" * 32


def coded(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keys(root: Path) -> LocalKeys:
    return LocalKeys(root, MasterKeys({"old": OLD}))


def test_the_first_master_key_seals_and_each_opens() -> None:
    old = MasterKeys.parse(f"old:{coded(OLD)}")
    both = MasterKeys.parse(f" new:{coded(NEW).rstrip('=')} , old:{coded(OLD)}")
    assert (both.ids, both.first) == (("new", "old"), "new")
    assert (both.holds("old"), old.holds("new")) == (True, False)
    sealed = old.seal(b"letter", "outbox")
    assert both.open(sealed, "outbox") == b"letter"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(b"letter", "outbox"))
    with pytest.raises(KeyRefused, match="'new' is not among ours"):
        old.open(both.seal(b"letter", "outbox"), "outbox")


def test_a_seal_for_one_purpose_does_not_open_for_another() -> None:
    master = MasterKeys({"a": OLD})
    with pytest.raises(KeyRefused, match="does not fit"):
        master.open(master.seal(b"letter", "outbox"), "day 2026-11-24")


def test_a_master_seal_that_was_touched_is_refused() -> None:
    master = MasterKeys({"a": OLD})
    sealed = master.seal(b"", "outbox")
    for at in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[at] ^= 1
        with pytest.raises(KeyRefused):
            master.open(bytes(flipped), "outbox")
        with pytest.raises(KeyRefused):
            master.open(sealed[:at], "outbox")


def test_each_purpose_and_each_master_key_derives_its_own_key() -> None:
    master = MasterKeys({"a": OLD, "b": NEW})
    derived = {master.derive(key_id, use) for key_id in "ab" for use in ("x", "y")}
    assert [len(key) for key in derived] == [32] * 4
    assert master.derive("a", "x") == MasterKeys({"a": OLD}).derive("a", "x")
    with pytest.raises(KeyRefused, match="'c' is not among ours"):
        master.derive("c", "x")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "master key 1 must read id:key"),
        (coded(OLD), "master key 1 must read id:key"),
        (f"a:{coded(OLD)},", "master key 2 must read id:key"),
        (f"a b:{coded(OLD)}", "master key 1 must read id:key"),
        (f"{'a' * 33}:{coded(OLD)}", "master key 1 must read id:key"),
        (f"a:{coded(OLD)},a:{coded(NEW)}", "master key 2 bears the id"),
        ("a:", "master key 1 must be 32 bytes"),
        (f"a:{coded(OLD[:31])}", "master key 1 must be 32 bytes"),
        (f"a:{coded(OLD)[:-2]}é", "master key 1 must be 32 bytes"),
        (f"a:{coded(OLD)}!", "master key 1 must be 32 bytes"),
        (f"a:{coded(OLD)[:41]}", "master key 1 must be 32 bytes"),
    ],
)
def test_a_wrong_master_key_is_told_without_showing_it(
    text: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        MasterKeys.parse(text)
    assert coded(OLD)[:8] not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


def test_master_keys_do_not_show_themselves() -> None:
    assert "ooo" not in repr(MasterKeys({"old": OLD}))


def test_only_we_can_read_the_keys(keys: LocalKeys, root: Path) -> None:
    keys.new_day(DAY)
    keys.destroy_day(DAY + timedelta(days=1))
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    for path in root.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_that_others_can_reach_are_not_used(keys: LocalKeys, root: Path) -> None:
    keys.new_day(DAY)
    file = root / "2026-11-24.key"
    for path, mode in [(root, 0o750), (file, 0o604), (file, 0o620)]:
        former = path.stat().st_mode
        path.chmod(mode)
        with pytest.raises(KeysExposed, match=str(path)):
            LocalKeys(root, keys.master)
        path.chmod(former)
    LocalKeys(root, keys.master)


def test_no_day_key_lies_open(keys: LocalKeys, root: Path) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    [file] = root.iterdir()
    day_key = keys.master.open(file.read_bytes(), "day 2026-11-24")
    assert day_key not in file.read_bytes()
    plain = AESGCM(day_key).decrypt(sealed[4:16], sealed[16:], b"EPD12026-11-24")
    assert (plain, sealed[:4], len(sealed)) == (b"k" * 32, b"EPD1", 64)


def test_the_master_seal_is_the_one_on_the_page(keys: LocalKeys, root: Path) -> None:
    keys.new_day(DAY)
    content = (root / "2026-11-24.key").read_bytes()
    head, nonce, body = content[:9], content[9:21], content[21:]
    hkdf = HKDF(SHA256(), length=32, salt=None, info=b"energiepost seal")
    plain = AESGCM(hkdf.derive(OLD)).decrypt(nonce, body, head + b"day 2026-11-24")
    assert (head, len(plain)) == (b"EPK1:old:", 32)


def test_the_key_file_of_another_day_is_refused(keys: LocalKeys, root: Path) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    (root / "2026-11-24.key").rename(root / "2026-11-25.key")
    with pytest.raises(KeyRefused):
        keys.unseal(DAY + timedelta(days=1), sealed, WHY)


def test_what_is_destroyed_was_overwritten_first(keys: LocalKeys, root: Path) -> None:
    keys.new_day(DAY)
    part = root / "2026-11-24.part"  # a rewrap that was killed
    os.link(root / "2026-11-24.key", root / "backup")
    part.write_bytes((root / "backup").read_bytes())
    os.link(part, root / "backup of part")
    former = part.read_bytes()
    keys.destroy_day(DAY)
    assert keys.days() == []
    names = {"backup", "backup of part", "2026-11-24.destroyed"}
    assert {path.name for path in root.iterdir()} == names
    assert (root / "backup").read_bytes() != former
    assert (root / "backup of part").read_bytes() != former
    assert (root / "2026-11-24.destroyed").read_bytes() == b""


def test_a_destruction_that_was_cut_short_is_listed_until_it_is_done(
    keys: LocalKeys, root: Path
) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    (root / "2026-11-24.destroyed").touch(0o600)
    with pytest.raises(KeyDestroyed):
        keys.unseal(DAY, sealed, WHY)
    assert keys.rewrap() == 0
    assert keys.days() == [DAY]
    keys.destroy_day(DAY)
    assert keys.days() == []


def test_a_key_file_from_a_backup_does_not_bring_the_day_back(
    keys: LocalKeys, root: Path
) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    backup = (root / "2026-11-24.key").read_bytes()
    keys.destroy_day(DAY)
    (root / "2026-11-24.key").write_bytes(backup)
    with pytest.raises(KeyDestroyed):
        keys.unseal(DAY, sealed, WHY)


def test_after_a_rewrap_the_former_master_key_may_go(
    keys: LocalKeys, root: Path
) -> None:
    days = [DAY + timedelta(days=more) for more in range(3)]
    sealed = [keys.seal(day, b"k" * 32) for day in days]
    os.link(root / "2026-11-24.key", root / "backup")
    former = (root / "backup").read_bytes()

    rotated = LocalKeys(root, MasterKeys({"new": NEW, "old": OLD}))
    assert rotated.rewrap() == 3
    assert rotated.rewrap() == 0
    assert (root / "backup").read_bytes() != former
    alone = LocalKeys(root, MasterKeys({"new": NEW}))
    assert [alone.unseal(*pair, WHY) for pair in zip(days, sealed, strict=True)] == [
        b"k" * 32
    ] * 3
    with pytest.raises(KeyRefused, match="'new' is not among ours"):
        keys.unseal(DAY, sealed[0], WHY)


def test_a_rewrap_that_cannot_open_a_key_leaves_it_as_it_was(
    keys: LocalKeys, root: Path
) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    with pytest.raises(KeyRefused):
        LocalKeys(root, MasterKeys({"new": NEW})).rewrap()
    assert keys.unseal(DAY, sealed, WHY) == b"k" * 32


def test_keys_open_while_they_are_rewrapped(keys: LocalKeys, root: Path) -> None:
    sealed = keys.seal(DAY, b"k" * 32)
    there = LocalKeys(root, MasterKeys({"new": NEW, "old": OLD}))
    back = LocalKeys(root, MasterKeys({"old": OLD, "new": NEW}))

    def turn(_: int) -> int:
        return there.rewrap() + back.rewrap()

    def read(_: int) -> bytes:
        return there.unseal(DAY, sealed, WHY)

    with ThreadPoolExecutor(4) as pool:
        turns, reads = pool.map(turn, range(20)), pool.map(read, range(200))
        assert set(reads) == {b"k" * 32}
        assert sum(turns) > 0
