"""An office that looks at what comes back signed, with cards to sign with."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import typst

from app.demo.certificates import Holder
from app.demo.pki import Belgium
from signing import Refused, Signed
from signing.pades import Pades

AT = datetime(2026, 10, 26, 9, tzinfo=UTC)
LATER = AT + timedelta(days=2)
SOURCE = b'#set document(title: "Contract")\n= Contract\nDe partijen komen overeen.'


@dataclass(frozen=True)
class Office:
    """Who may sign what, and who looks at it afterwards."""

    belgium: Belgium
    card: Holder
    document: bytes
    pades: Pades

    def looks(
        self, content: bytes, original: bytes = b"", at: datetime = LATER
    ) -> Signed | Refused:
        return self.pades.check(content, original or self.document, at=at)

    def signed(self, *, proof: bool = True, stamped: bool = True) -> bytes:
        return self.belgium.sign(
            self.document, self.card, AT, proof=proof, stamped=stamped
        )

    def also(self, signed: bytes, card: Holder, *, proof: bool = True) -> bytes:
        """A second hand, an hour later, under what was signed before."""
        later = AT + timedelta(hours=1)
        return self.belgium.sign(signed, card, later, proof=proof, field_name="Tweede")


@pytest.fixture(scope="session")
def office() -> Office:
    belgium = Belgium.found()
    made = typst.compile(SOURCE, format="pdf", pdf_standards=["a-3a", "ua-1"])
    pades = Pades.parse(belgium.roots)
    return Office(belgium, belgium.card(), pades.prepare(made), pades)


@pytest.fixture(scope="session")
def signed(office: Office) -> bytes:
    return office.signed()


@pytest.fixture(scope="session")
def elsewhere() -> Belgium:
    return Belgium.found()
