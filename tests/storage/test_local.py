"""Blobs on a real disk: rights, killed writers, and a disk that is full."""

import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storage import MEBIBYTE, BlobMissing, StoreFull
from storage.disk import store_full
from storage.local import LocalBlobs
from tests.fakes_storage import files_capped, keys_in, wall_clock

KEY = "0a1b2c3d-0000-4000-8000-000000000000"

WRITER = f"""
import sys, time
from pathlib import Path
from storage.local import LocalBlobs

def pieces():
    yield bytes(1 << 20)
    print("half", flush=True)
    sys.stdin.read()

LocalBlobs(Path(sys.argv[1])).put("{KEY}", pieces())
"""

FILLER = f"""
import sys
from pathlib import Path
from storage import StoreFull
from storage.local import LocalBlobs

root = Path(sys.argv[1])
blobs = LocalBlobs(root)
small = "ffffffff-0000-4000-8000-000000000000"
blobs.put(small, [b"stays"])
try:
    blobs.put("{KEY}", [bytes(1 << 16)] * 64)
except StoreFull:
    assert [stored.key for stored in blobs.keys()] == [small]
    assert [path for path in root.rglob("*") if path.is_file()] == [root / "ff" / small]
    blobs.put("{KEY}", [bytes(1 << 16)])
    print("refused, and fits again")
"""


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_only_we_can_read_what_lies_there(blobs: LocalBlobs) -> None:
    blobs.put(KEY, [b"ours"])
    file = blobs.root / "0a" / KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(blobs.root.stat().st_mode) == 0o700


def test_a_second_house_on_the_same_folder_sees_the_same(blobs: LocalBlobs) -> None:
    blobs.put(KEY, [b"ours"])
    assert b"".join(LocalBlobs(blobs.root).open(KEY)) == b"ours"


def test_what_a_killed_writer_left_is_invisible_until_it_is_swept(
    blobs: LocalBlobs,
) -> None:
    writer = [sys.executable, "-c", WRITER, str(blobs.root)]
    with subprocess.Popen(
        writer, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_path()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
    assert len(files(blobs.root)) == 1
    assert list(blobs.keys()) == []
    with pytest.raises(BlobMissing):
        blobs.open(KEY)

    now = wall_clock()
    assert blobs.sweep(before=now - timedelta(hours=1)) == 0
    assert blobs.sweep(before=now + timedelta(hours=1)) == 1
    assert files(blobs.root) == []
    assert blobs.put(KEY, [b"again"]) == 5


def test_a_file_that_is_not_ours_is_not_listed(blobs: LocalBlobs) -> None:
    blobs.put(KEY, [b"ours"])
    (blobs.root / "0a" / "README").write_text("who put this here?")
    (blobs.root / "lost+found").mkdir()
    assert keys_in(blobs) == [KEY]


def test_a_blob_deleted_while_the_list_is_read_is_left_out(blobs: LocalBlobs) -> None:
    keys = [KEY[:-1] + digit for digit in "0123"]
    for key in keys:
        blobs.put(key, [b"x"])
    listing = blobs.keys()
    seen = next(listing).key
    for key in keys:
        blobs.delete(key)
    assert list(listing) == []
    assert seen in keys


def test_a_capped_file_leaves_nothing(blobs: LocalBlobs) -> None:
    with files_capped(2 * MEBIBYTE), pytest.raises(StoreFull):
        blobs.put(KEY, [bytes(MEBIBYTE)] * 3)
    assert files(blobs.root) == []
    assert blobs.put(KEY, [bytes(MEBIBYTE)] * 3) == 3 * MEBIBYTE


def test_a_full_disk_leaves_nothing_and_serves_on(tmp_path: Path) -> None:
    inside = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    words = [str(tmp_path), sys.executable, FILLER]
    full = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", inside, "sh", *words],
        env=_path(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in full.stderr or "mount:" in full.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert full.stdout == "refused, and fits again\n", full.stderr


def test_another_trouble_of_the_disk_keeps_its_own_name() -> None:
    with pytest.raises(PermissionError), store_full():
        raise PermissionError


def test_a_folder_that_cannot_be_made_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotADirectoryError):
        LocalBlobs(tmp_path / "file" / "blobs")


def _path() -> dict[str, str]:
    root = Path(__file__).parents[2]
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
