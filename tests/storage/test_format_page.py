"""The page on the format is enough: its reader reads what we wrote."""

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

PAGE = Path(__file__).parents[2] / "docs" / "storage-format.md"
KEY = "0a1b2c3d-0000-4000-8000-000000000000"
DAY = date(2026, 11, 24)


@pytest.mark.parametrize("size", [0, 5, SEGMENT, 2 * SEGMENT + 3])
def test_the_reader_on_the_page_reads_a_blob(tmp_path: Path, size: int) -> None:
    content, data_key = os.urandom(size), new_data_key()
    codes = [base64.urlsafe_b64encode(os.urandom(32)).decode() for _ in range(2)]
    masters = f"first:{codes[0]},former:{codes[1]}"
    keys = LocalKeys(tmp_path / "keys", MasterKeys.parse(masters))
    SealedBlobs(LocalBlobs(tmp_path / "blobs")).put(KEY, [content], data_key)
    words = [
        str(tmp_path / "blobs" / "0a" / KEY),
        str(tmp_path / "keys" / "2026-11-24.key"),
        keys.seal(DAY, data_key).hex(),
    ]

    reader = PAGE.read_text().split("```python\n")[1].split("```")[0]
    read = subprocess.run(
        [sys.executable, "-c", reader, *words],
        env=os.environ | {"MASTER_KEYS": masters},
        capture_output=True,
        check=True,
    )
    assert read.stdout == content
