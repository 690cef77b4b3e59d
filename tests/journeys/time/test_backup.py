"""An older backup put back after the end: nothing is read, served or listed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.filedrop.models import DroppedFile
from app.runtime import Runtime
from storage import KeyDestroyed
from tests.cast import Cast
from tests.days import KEY_DAY, MINUTE, NAME, OVER
from tests.fakes_storage import WHY
from tests.servers.backup import Backup
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


@pytest.fixture
def backup(cast: Cast, link: str, tmp_path: Path) -> Backup:
    """Made while the file lived; then its day came to its end."""
    backup = Backup.make(cast.runtime, tmp_path / "backup")
    keys = Path(str(cast.runtime.settings.keys))
    shutil.copytree(keys, backup.folder / "keys")
    cast.clock.now = OVER + 15 * MINUTE
    assert cast.tick("filedrop.purge") == 1
    assert cast.tick("filedrop.keys") == 1
    return backup


def is_unreadable(file: DroppedFile, runtime: Runtime) -> bool:
    """The row has its seal again, the blob its bytes; the key has neither."""
    assert file.sealed_key
    assert runtime.blobs.size(file.blob_key) == file.size
    with pytest.raises(KeyDestroyed):
        runtime.keys.unseal(file.key_day, file.sealed_key, WHY)
    return True


def gives_nothing(cast: Cast, link: str, an: Visitor) -> bool:
    an.sign_in(cast, "an.peeters")
    assert an.open("/bestanden/").status_code == 200
    assert NAME not in an.text
    for path in (link, f"{link}/download", f"/bestanden/zip?id={link[11:]}"):
        answer = an.open(path)
        assert answer.status_code == 410
        assert b"van Noord" not in answer.data
    return True


def test_database_and_blobs_of_before_give_nothing_back(
    cast: Cast, link: str, backup: Backup, visitor: Arrive, runtime: Runtime
) -> None:
    backup.restore()
    file = cast.file(NAME)
    assert file.purged_at is None
    assert is_unreadable(file, runtime)
    an = visitor()
    assert gives_nothing(cast, link, an)

    cast.clock.now = OVER - 60 * MINUTE  # somebody turns the clock back besides
    assert is_unreadable(file, runtime)
    assert an.open(f"{link}/download").status_code == 410

    cast.clock.now = OVER + 30 * MINUTE
    assert cast.tick("filedrop.purge") == 1
    assert list(runtime.blobs.keys()) == []


def test_not_even_with_the_keys_of_before(
    cast: Cast,
    link: str,
    backup: Backup,
    visitor: Arrive,
) -> None:
    backup.restore()
    runtime = cast.runtime
    keys = Path(str(runtime.settings.keys))
    shutil.rmtree(keys)
    shutil.copytree(backup.folder / "keys", keys)  # and no tombstone
    assert runtime.keys.days() == [KEY_DAY]
    cast.clock.now = OVER + 25 * 60 * MINUTE
    assert is_unreadable(cast.file(NAME), runtime)
    assert gives_nothing(cast, link, visitor())

    assert cast.tick("filedrop.reconcile") == 0
    assert runtime.keys.days() == []
    cast.clock.now = OVER - 60 * MINUTE
    assert is_unreadable(cast.file(NAME), runtime)
    assert cast.audited("key.destroy") == [("key.destroy", "energiepost")]
