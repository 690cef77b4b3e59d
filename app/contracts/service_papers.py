"""A contract's bytes: sealed into the store before the row, read by who may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import papers
from app.papers import Paper, keep, read, taken_back
from app.runtime import Runtime
from signing import Refused, Signed

__all__ = ["PURPOSE", "Paper", "Returned", "keep", "put_away", "read", "taken_back"]

PURPOSE = "contract"


@dataclass(frozen=True)
class Returned:
    """A paper that came back signed, and what was found in it.

    of: the document that it was held against; another one may lie there by now.
    """

    paper: Paper
    found: Signed | Refused
    function: str
    of: str

    def kept(self, session: Session, *, at: datetime) -> dict[str, object]:
        """What a contract keeps of it, whoever hands it in."""
        return {
            "signed": keep(session, self.paper, at=at),
            "signed_function": self.function,
            "doubt": self.found.reason.name if isinstance(self.found, Refused) else "",
        }


def put_away(runtime: Runtime, content: bytes) -> Paper:
    """Seal the bytes under a key of their own; Full when there is no room."""
    return papers.put_away(runtime, content, PURPOSE)
