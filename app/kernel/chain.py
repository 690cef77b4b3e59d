"""A chain over the lines of a book, each bound to the one before by a keyed hash.

digest(n) = SHA-256(digest(n - 1) ‖ line n), and 32 zero bytes before the first line:
who holds the digest of one line can tell whether anything before it was touched.
seal(n) = HMAC-SHA-256(key, digest(n)): without the key no line can be added.
"""

import hmac
import json
import re
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, Self

HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


class Head(NamedTuple):
    """A line by its number, and the digest that stands for all lines up to it."""

    number: int
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `184220:3fa9…`, as letters and the log write it; or raise ValueError."""
        found = HEAD.fullmatch("".join(text.split()).casefold())
        if not found:
            raise ValueError("must be a line's number, a colon and 64 hexadecimals")
        return cls(int(found[1]), bytes.fromhex(found[2]))

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"


START = Head(0, bytes(32))


class Link(NamedTuple):
    """A line as it stands now, if it still does, and how it was bound."""

    number: int
    line: bytes | None
    digest: bytes
    seal: bytes
    key_id: str


class Fault(StrEnum):
    """What is wrong with a line of the book."""

    REMOVED = "removed"  # it, or what binds it, is gone
    EDITED = "edited"  # it is not what was bound
    FORGED = "forged"  # it was bound without the key
    REWRITTEN = "rewritten"  # with the key, but it is not the one that somebody held
    TRUNCATED = "truncated"  # the book ends before a line that somebody held


class Broken(NamedTuple):
    """From which line on the chain does not hold, and why.

    Who compares with heads alone knows only that it is one of those up to `until`.
    """

    number: int
    until: int
    fault: Fault


class Checked(NamedTuple):
    """How far the chain holds, and what breaks it, if anything does."""

    head: Head
    broken: Broken | None


@dataclass(frozen=True)
class Seals:
    """The notary's keys by id: the first seals, all check; none where it is not us."""

    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `id1:key,id2:key`, which the settings checked; nothing gives none."""
        pairs = (entry.strip().partition(":") for entry in text.split(",") if entry)
        return cls({name: urlsafe_b64decode(f"{key}==") for name, _, key in pairs})

    def __bool__(self) -> bool:
        return bool(self.keys)

    def make(self, digest: bytes) -> tuple[str, bytes]:
        """The id of the first key, and its seal."""
        key_id = next(iter(self.keys))
        return key_id, hmac.digest(self.keys[key_id], digest, "sha256")

    def fit(self, link: Link) -> bool:
        """Whether one of our keys, the one that is named, sealed this."""
        if link.key_id not in self.keys:
            return False
        right = hmac.digest(self.keys[link.key_id], link.digest, "sha256")
        return right == link.seal  # it is no secret: its time may tell what it likes


def written(values: Mapping[str, object]) -> bytes:
    """The one way to write a line down: JSON in ASCII, sorted, without blanks."""
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def after(head: Head, line: bytes) -> Head:
    """The head once this line follows."""
    return Head(head.number + 1, sha256(head.digest + line).digest())


def check(links: Iterable[Link], seals: Seals, held: Collection[Head] = ()) -> Checked:
    """Follow the chain from its first line, beside the heads that somebody held."""
    wanted: dict[int, set[bytes]] = defaultdict(set)
    for kept in held:
        if kept.number > START.number:
            wanted[kept.number].add(kept.digest)
    head, agreed = START, START.number
    for link in links:
        if fault := _fault(link, head, seals):
            number = head.number + 1
            return Checked(head, Broken(number, number, fault))
        head = Head(link.number, link.digest)
        if digests := wanted.pop(head.number, set()):
            if digests != {head.digest}:
                broken = Broken(agreed + 1, head.number, Fault.REWRITTEN)
                return Checked(head, broken)
            agreed = head.number
    if wanted:
        return Checked(head, Broken(head.number + 1, max(wanted), Fault.TRUNCATED))
    return Checked(head, None)


def _fault(link: Link, head: Head, seals: Seals) -> Fault | None:
    if link.number != head.number + 1 or link.line is None:
        return Fault.REMOVED
    if after(head, link.line).digest != link.digest:
        return Fault.EDITED
    return None if seals.fit(link) else Fault.FORGED
