"""The page on the format is enough: readers made from it read what we wrote."""

import ast
import base64
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from storage import new_data_key
from storage.crypto import SEGMENT, SealedBlobs
from storage.keys import LocalKeys, MasterKeys
from storage.local import LocalBlobs
from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.house.judge import OURS

PAGE = Path(__file__).parents[2] / "docs" / "storage-format.md"
STRANGER = Path(__file__).with_name("stranger.py")
KEY = "0a1b2c3d-0000-4000-8000-000000000000"
DAY = date(2026, 11, 24)
LONGEST = 60
SIZES = [1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 2 * SEGMENT + 3]


def on_the_page() -> str:
    return PAGE.read_text().split("```python\n")[1].split("```")[0]


def read(
    program: list[str], *words: object, masters: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *program, *map(str, words)],
        env=os.environ | {"MASTER_KEYS": masters},
        capture_output=True,
        check=False,
    )


def month(size: int) -> str:
    return correction(NOORD, month=f"2026-{SIZES.index(size) + 1:02}")


@pytest.mark.parametrize("size", [0, 5, SEGMENT, 2 * SEGMENT + 3])
def test_the_reader_on_the_page_reads_a_blob(tmp_path: Path, size: int) -> None:
    content, data_key = os.urandom(size), new_data_key()
    codes = [base64.urlsafe_b64encode(os.urandom(32)).decode() for _ in range(2)]
    masters = f"first:{codes[0]},former:{codes[1]}"
    keys = LocalKeys(tmp_path / "keys", MasterKeys.parse(masters))
    SealedBlobs(LocalBlobs(tmp_path / "blobs")).put(KEY, [content], data_key)
    blob = tmp_path / "blobs" / "0a" / KEY
    key_file = tmp_path / "keys" / "2026-11-24.key"
    sealed = keys.seal(DAY, data_key).hex()
    done = read(["-c", on_the_page()], blob, key_file, sealed, masters=masters)
    assert done.stdout == content


@ONE_DATABASE
def test_a_stranger_reads_what_the_house_placed_until_its_day_is_over(
    cast: Cast, environ: dict[str, str]
) -> None:
    """Around each border of a segment; a flipped bit, a key that was destroyed."""
    cast.everybody()
    files = {month(size): os.urandom(size) for size in SIZES}
    cast.publish(files)
    blobs, keys = (environ[n].removeprefix("local:") for n in ("BLOBS", "KEYS"))
    database = environ["DATABASE_URL"].removeprefix("sqlite:///")

    def stranger(name: str) -> bytes | None:
        words = (database, blobs, keys, name)
        done = read([str(STRANGER)], *words, masters=environ["MASTER_KEYS"])
        return done.stdout if done.returncode == 0 else None

    assert {name: stranger(name) for name in files} == files

    row = cast.file(month(SEGMENT + 1))
    blob = Path(blobs) / row.blob_key[:2] / row.blob_key
    flipped = bytearray(blob.read_bytes())
    flipped[-17] ^= 1  # in the one byte of the second segment
    blob.write_bytes(flipped)
    assert stranger(row.name) is None

    cast.clock.forward(days=31)
    cast.runtime.keys.destroy_day(row.key_day)
    assert stranger(month(1)) is None


@pytest.mark.parametrize("text", [on_the_page(), STRANGER.read_text()])
def test_a_reader_is_short_and_knows_nothing_of_ours(text: str) -> None:
    assert len(text.splitlines()) <= LONGEST
    named = {
        name.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert not {name.partition(".")[0] for name in named} & OURS
