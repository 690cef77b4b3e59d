"""Secrets that somebody else could read, change or swap are not used."""

import os
import stat
import struct
from pathlib import Path

import pytest

from storage import KeysExposed
from storage.exposure import _others, _refuse_stranger, refuse_exposed

NOBODY, OURS = 65534, 1000


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    file = folder / "master-keys"
    file.touch(mode=0o400)
    return file


def acl(*entries: tuple[int, int, int]) -> bytes:
    """A list of rights as the kernel keeps it."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries)


def test_a_file_of_ours_alone_will_do_also_by_a_link_of_ours(secret: Path) -> None:
    refuse_exposed(secret)
    link = secret.parent / "link"
    link.symlink_to(secret)
    refuse_exposed(link)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o402, 0o410])
def test_a_file_that_others_can_reach_is_refused(secret: Path, mode: int) -> None:
    secret.chmod(mode)
    link = secret.parent / "link"
    link.symlink_to(secret)
    for path in (secret, link):
        with pytest.raises(KeysExposed, match=f"others can reach .*{secret.name}"):
            refuse_exposed(path.resolve())


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_in_which_others_may_write_is_refused(secret: Path, mode: int) -> None:
    secret.parent.chmod(mode)
    with pytest.raises(KeysExposed, match="others can write in"):
        refuse_exposed(secret)
    secret.parent.chmod(mode | 0o1000)  # as /tmp: each only touches its own
    refuse_exposed(secret)


def test_what_belongs_to_somebody_else_is_refused(secret: Path) -> None:
    found = list(secret.stat())
    found[stat.ST_UID] = os.geteuid() + 1
    with pytest.raises(KeysExposed, match="master-keys belongs to somebody else"):
        _refuse_stranger(secret, os.stat_result(found))


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        refuse_exposed(tmp_path / "none")


@pytest.mark.parametrize(
    ("rights", "exposed"),
    [
        (acl((1, 4, 0), (2, 4, OURS), (4, 0, 0), (0x10, 4, 0), (0x20, 0, 0)), False),
        (acl((1, 4, 0), (2, 4, NOBODY), (4, 0, 0), (0x10, 4, 0), (0x20, 0, 0)), True),
        (acl((1, 4, 0), (2, 4, NOBODY), (4, 0, 0), (0x10, 0, 0), (0x20, 0, 0)), False),
        (acl((1, 4, 0), (2, 4, OURS), (4, 4, 0), (0x10, 4, 0), (0x20, 0, 0)), True),
        (acl((1, 4, 0), (4, 0, 0), (8, 4, 7), (0x10, 4, 0), (0x20, 0, 0)), True),
        (b"", True),
    ],
    ids=["ours", "another", "masked", "group", "named group", "no list"],
)
def test_a_list_of_rights_is_read_as_systemd_writes_it(
    rights: bytes, *, exposed: bool
) -> None:
    assert _others(0o440, rights, OURS) is exposed
