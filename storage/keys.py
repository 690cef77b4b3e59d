"""Keys that die on their day, sealed by master keys that stand outside the store."""

import base64
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import KEY_BYTES, KeyDestroyed, KeyRefused, stated
from storage.disk import (
    locked,
    overwrite,
    private_folder,
    replace,
    shred,
    store_full,
    sync_names,
)
from storage.exposure import refuse_reachable

MASTER_MARK = b"EPK1"
DAY_MARK = b"EPD1"
NONCE_BYTES = 12

_ID = re.compile(r"[A-Za-z0-9-]{1,32}")


@dataclass(frozen=True)
class MasterKeys:
    """The keys above all others, by id: the first seals, each opens what it sealed."""

    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `id1:key,id2:key` with keys in base64url; or raise ValueError."""
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, _, code = entry.strip().partition(":")
            if not _ID.fullmatch(key_id):
                raise ValueError(
                    f"master key {number} must read id:key, the id of at most "
                    "32 letters, digits and dashes"
                )
            if key_id in keys:
                raise ValueError(f"master key {number} bears the id of an earlier one")
            keys[key_id] = _decoded(code, number)
        return cls(keys)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.keys)

    @property
    def first(self) -> str:
        return self.ids[0]

    def holds(self, key_id: str) -> bool:
        return key_id in self.keys

    def derive(self, key_id: str, purpose: str) -> bytes:
        """Make the key of 32 bytes that this master key gives for this purpose."""
        return self._derive(key_id, f"energiepost derive {purpose}")

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Seal under the first key, for this purpose only; the seal names the key."""
        head = MASTER_MARK + b":" + self.first.encode() + b":"
        return head + _close(self._sealing(self.first), plain, head + purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Open what any of the keys sealed for this purpose; or raise KeyRefused."""
        mark, _, rest = sealed.partition(b":")
        name, _, body = rest.partition(b":")
        head = mark + b":" + name + b":"
        key = self._sealing(name.decode("ascii", "replace"))
        return _open(key, body, head + purpose.encode())

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key made this seal."""
        return sealed.startswith(MASTER_MARK + b":" + self.first.encode() + b":")

    def _sealing(self, key_id: str) -> bytes:
        return self._derive(key_id, "energiepost seal")

    def _derive(self, key_id: str, info: str) -> bytes:
        if key_id not in self.keys:
            raise KeyRefused(f"master key {key_id!r} is not among ours")
        hkdf = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=info.encode())
        return hkdf.derive(self.keys[key_id])


@dataclass(frozen=True)
class LocalKeys:
    """Keeps the key of a day in a file; a tombstone takes its place for ever."""

    root: Path
    master: MasterKeys

    def __post_init__(self) -> None:
        private_folder(self.root)
        for path in (self.root, *self.root.iterdir()):
            with suppress(FileNotFoundError):  # destroyed since it was listed
                refuse_reachable(path)

    def new_day(self, day: date) -> None:
        with store_full(), locked(self.root):
            self._refuse_destroyed(day)
            if not self._file(day).exists():
                self._write(day, secrets.token_bytes(KEY_BYTES))

    def seal(self, day: date, key: bytes) -> bytes:
        try:  # nearly always it is there, and readers need not take turns
            day_key = self._day_key(day)
        except KeyRefused:
            self.new_day(day)
            day_key = self._day_key(day)
        return seal_under(day_key, day, key)

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        stated(reason)
        return open_under(self._day_key(day), day, sealed)

    def destroy_day(self, day: date) -> None:
        with store_full(), locked(self.root):
            self._file(day, ".destroyed").touch(mode=0o600)
            sync_names(self.root)  # dead before its bytes go, whatever happens between
            shred(self._file(day))
            shred(self._file(day, ".part"))

    def days(self) -> list[date]:
        """List the days with a key here, also one whose destruction was cut short."""
        # iterdir, for to glob a store that is gone looks like an empty one
        files = [path for path in self.root.iterdir() if path.suffix == ".key"]
        return sorted(date.fromisoformat(path.stem) for path in files)

    def wrapped(self) -> dict[date, str]:
        with locked(self.root, shared=True):
            return {day: wrapper(self._file(day).read_bytes()) for day in self._living}

    def rewrap(self) -> int:
        with store_full(), locked(self.root):
            return sum(map(self._rewrap, self._living))

    @property
    def _living(self) -> list[date]:
        return [day for day in self.days() if not self._is_destroyed(day)]

    def _rewrap(self, day: date) -> bool:
        with self._file(day).open("r+b") as former:
            sealed = former.read()
            if self.master.is_current(sealed):
                return False
            self._write(day, self.master.open(sealed, purpose(day)))
            overwrite(former)
        return True

    def _write(self, day: date, key: bytes) -> None:
        replace(self._file(day), self.master.seal(key, purpose(day)))

    def _day_key(self, day: date) -> bytes:
        with locked(self.root, shared=True):
            self._refuse_destroyed(day)
            try:
                sealed = self._file(day).read_bytes()
            except FileNotFoundError:
                raise KeyRefused(f"there is no key of {day}") from None
        return self.master.open(sealed, purpose(day))

    def _refuse_destroyed(self, day: date) -> None:
        if self._is_destroyed(day):
            raise KeyDestroyed(f"the key of {day} was destroyed")

    def _is_destroyed(self, day: date) -> bool:
        return self._file(day, ".destroyed").exists()

    def _file(self, day: date, suffix: str = ".key") -> Path:
        return self.root / f"{day.isoformat()}{suffix}"


def purpose(day: date) -> str:
    """What a master key seals the day's key for."""
    return f"day {day.isoformat()}"


def wrapper(sealed: bytes) -> str:
    """Tell which master key made this seal, by what stands in front of it."""
    return sealed.split(b":", 2)[1].decode("ascii", "replace")


def seal_under(day_key: bytes, day: date, key: bytes) -> bytes:
    """Seal a data key under the key of the day."""
    return DAY_MARK + _close(day_key, key, DAY_MARK + _name(day))


def open_under(day_key: bytes, day: date, sealed: bytes) -> bytes:
    """Open what that day's key sealed; or raise KeyRefused."""
    mark, body = sealed[: len(DAY_MARK)], sealed[len(DAY_MARK) :]
    return _open(day_key, body, mark + _name(day))


def _name(day: date) -> bytes:
    return day.isoformat().encode()


def _decoded(code: str, number: int) -> bytes:
    padded = code + "=" * (-len(code) % 4)
    try:
        key = base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"master key {number} must be 32 bytes in base64url")
    return key


def _close(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, bound)
    except (InvalidTag, ValueError):  # a seal cut too short has no nonce
        raise KeyRefused("the seal does not fit") from None
