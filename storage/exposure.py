"""Who else on this machine can reach a secret: rights, lists of rights, owners."""

import os
import stat
import struct
from pathlib import Path

from storage import KeysExposed

OURS, ROOT = os.geteuid, 0
ACL, ACL_ENTRY, ACL_HEAD = "system.posix_acl_access", "<HHI", 4
NAMED_USER, GROUP, NAMED_GROUP, MASK = 0x02, 0x04, 0x08, 0x10


def refuse_exposed(path: Path) -> None:
    """Raise KeysExposed unless only we and root can read, change or swap the file."""
    target = path.resolve(strict=True)
    _refuse_stranger(path, path.lstat())  # who owns a link, chooses what it names
    refuse_reachable(target)
    for folder in {path.parent, target.parent}:
        _refuse_open_folder(folder)


def refuse_reachable(path: Path) -> None:
    """Raise KeysExposed unless the file or folder is ours or root's, and shut."""
    found = path.stat()
    _refuse_stranger(path, found)
    if found.st_mode & 0o077 and _others(found.st_mode, _list_of(path), OURS()):
        raise KeysExposed(f"others can reach {path}: take their rights away")


def _refuse_stranger(path: Path, found: os.stat_result) -> None:
    if found.st_uid not in (OURS(), ROOT):
        raise KeysExposed(f"{path} belongs to somebody else")


def _refuse_open_folder(folder: Path) -> None:
    """In a folder where others may write, they may put another file in its place."""
    mode = folder.stat().st_mode
    if mode & (stat.S_IWGRP | stat.S_IWOTH) and not mode & stat.S_ISVTX:
        raise KeysExposed(f"others can write in {folder}: take their rights away")


def _others(mode: int, acl: bytes, ours: int) -> bool:
    """Whether anybody else has a right; with a list, the group's bits are its mask."""
    if mode & stat.S_IRWXO:
        return True
    if not acl:
        return bool(mode & stat.S_IRWXG)
    entries = list(struct.iter_unpack(ACL_ENTRY, acl[ACL_HEAD:]))
    mask = next((rights for tag, rights, _ in entries if tag == MASK), ~0)
    return any(
        rights & mask
        for tag, rights, who in entries
        if tag in (GROUP, NAMED_GROUP)
        or (tag == NAMED_USER and who not in (ours, ROOT))
    )


def _list_of(path: Path) -> bytes:
    """The file's list of rights, as systemd writes one for a credential; or none."""
    try:
        return os.getxattr(path, ACL)
    except OSError:
        return b""
