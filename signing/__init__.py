"""The door to signed documents: who signed these very bytes, or why nobody did."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Reason(StrEnum):
    """Why a signature does not count; a person may still look at the paper."""

    UNREADABLE = "no PDF that can be read"
    UNSIGNED = "no signature in it"
    INCOMPLETE = "fewer pages than the document has"
    SEVERAL = "more signatures than anybody needs"
    TAMPERED = "changed after it was signed"
    OTHER_DOCUMENT = "not the document that was handed out"
    UNTRUSTED = "not signed under a root that we trust"
    NOT_FOR_SIGNING = "signed with a key that is not for signing"
    EXPIRED = "signed with a certificate that was over"
    REVOKED = "signed with a certificate that was revoked"
    NO_PROOF = "carries no proof that the certificate was valid"
    NO_PERSON = "names no person with a national number"


@dataclass(frozen=True)
class Signatory:
    """Who signed, and when; by a timestamp if there is one, else as they claim.

    national_number: eleven digits, for whoever keeps no more of it than a hash.
    """

    name: str
    national_number: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class Signed:
    """Signatures that all count; each person once, in the order of signing."""

    by: tuple[Signatory, ...]


@dataclass(frozen=True)
class Refused:
    """No signature that counts."""

    reason: Reason


@dataclass(frozen=True)
class Look:
    """What is in a PDF, seen without opening it to anybody."""

    pages: int = 0
    is_locked: bool = False  # by a password
    is_active: bool = False  # it would do something by itself
    has_files: bool = False  # other files lie in it


class Signatures(Protocol):
    """Looks at a signed document without asking anybody on the network."""

    def prepare(self, document: bytes) -> bytes:
        """Make the document ready to be signed: what comes back begins with this."""

    def look(self, content: bytes) -> Look | None:
        """Tell what is in a PDF; None when it cannot be read, whatever is handed in."""

    def check(
        self, content: bytes, original: bytes, *, at: datetime
    ) -> Signed | Refused:
        """Tell who signed the original, as of that moment; whatever is handed in."""
