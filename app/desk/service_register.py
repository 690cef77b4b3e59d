"""Importing a register by page: looked at first, then taken in exactly as shown."""

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from app.communities.service import Communities, Imported, Outlook, Outlooks
from app.kernel.errors import Conflict, Gone
from app.keyring import Keyring
from app.runtime import Runtime

PURPOSE = "register to import"
LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True)
class Looked:
    """A register as it was shown to somebody, and what it would have changed then."""

    content: bytes
    digest: str


@dataclass(frozen=True)
class Importing:
    """Never commits.

    Between the two pages the register travels with the browser, sealed by us: no row
    and no disk keeps it, and nobody can put another in its place.
    """

    communities: Communities
    outlooks: Outlooks
    keyring: Keyring
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Importing":
        communities = Communities.of(session, runtime)
        outlooks = Outlooks(session, communities.accounts)
        return cls(communities, outlooks, runtime.keyring, communities.now)

    def look(self, content: bytes) -> Outlook:
        return self.outlooks.of(content)

    def seal(self, content: bytes, outlook: Outlook, *, by: str) -> str:
        """What the page carries to the second step, for this colleague only."""
        ticket = {
            "by": by,
            "until": (self.now + LIFETIME).timestamp(),
            "digest": _digest(outlook),
        }
        plain = json.dumps(ticket).encode() + b"\n" + zlib.compress(content)
        key_id, sealed = self.keyring.seal(PURPOSE, plain)
        return f"{base64.urlsafe_b64encode(sealed).decode()}.{key_id}"

    def opened(self, sealed: str, *, by: str) -> Looked:
        """What was shown to them; Gone when it is not that, or too long ago."""
        text, _dot, key_id = sealed.partition(".")
        try:
            plain = self.keyring.unseal(PURPOSE, key_id, base64.urlsafe_b64decode(text))
        except (InvalidTag, LookupError, ValueError) as wrong:
            raise _stale() from wrong
        head, _line, packed = plain.partition(b"\n")
        ticket = json.loads(head)
        until = datetime.fromtimestamp(ticket["until"], UTC)
        if ticket["by"] != by or self.now >= until:
            raise _stale()
        return Looked(zlib.decompress(packed), ticket["digest"])

    def take_in(self, looked: Looked, *, by: str) -> Imported:
        """All of it; Conflict when it would no longer change what was shown."""
        outlook = self.look(looked.content)
        if outlook.wrong or _digest(outlook) != looked.digest:
            raise Conflict("Intussen is er iets gewijzigd. Kijk het opnieuw na.")
        return self.communities.take_in(outlook.lines, by=by)


def _stale() -> Gone:
    return Gone("Dit is te lang geleden nagekeken. Kies het bestand opnieuw.")


def _digest(outlook: Outlook) -> str:
    """Stands for every line and what it would change, from what to what."""
    told = [
        [p.at, *vars(p.line).values(), *p.news, *p.shifts] for p in outlook.prospects
    ]
    return sha256(json.dumps(told).encode()).hexdigest()
