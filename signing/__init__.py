"""The door to signed documents: who signed these very bytes, or why nobody did."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Reason(StrEnum):
    """Why a signature does not count; a person may still look at the paper."""

    UNREADABLE = "no PDF that can be read"
    UNSIGNED = "no signature in it"
    SEVERAL = "more than one signature"
    TAMPERED = "changed after it was signed"
    OTHER_DOCUMENT = "not the document that was handed out"
    UNTRUSTED = "not signed under a root that we trust"
    REVOKED = "signed with a certificate that was revoked"
    NO_PROOF = "carries no proof that the certificate was valid"
    NO_PERSON = "names no person with a national number"


@dataclass(frozen=True)
class Signed:
    """Who signed, and when; by a timestamp if there is one, else as they claim.

    national_number: eleven digits, for whoever keeps no more of it than a hash.
    """

    name: str
    national_number: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class Refused:
    """No signature that counts."""

    reason: Reason


class Signatures(Protocol):
    """Looks at a signed document without asking anybody on the network."""

    def prepare(self, document: bytes) -> bytes:
        """Make the document ready to be signed: what comes back begins with this."""

    def check(
        self, content: bytes, original: bytes, *, at: datetime
    ) -> Signed | Refused:
        """Tell who signed the original, as of that moment; whatever is handed in."""


class NoRoots:
    """No root is trusted: each signature is for a person to look at."""

    def prepare(self, document: bytes) -> bytes:
        return document

    def check(
        self, content: bytes, original: bytes, *, at: datetime
    ) -> Signed | Refused:
        del content, original, at
        return Refused(Reason.UNTRUSTED)
