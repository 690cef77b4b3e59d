"""A contract's bytes: sealed into the store before the row, read by who may."""

from datetime import datetime

from sqlalchemy.orm import Session

from app import papers
from app.papers import Paper, keep, read, taken_back
from app.runtime import Runtime
from signing import Refused, Signed

__all__ = ["PURPOSE", "Paper", "keep", "put_away", "read", "taken_back"]

PURPOSE = "contract"


def put_away(runtime: Runtime, content: bytes) -> Paper:
    """Seal the bytes under a key of their own; Full when there is no room."""
    return papers.put_away(runtime, content, PURPOSE)


def as_handed_in(
    session: Session,
    paper: Paper,
    found: Signed | Refused,
    function: str,
    *,
    at: datetime,
) -> dict[str, object]:
    """What a contract keeps of a signed paper, whoever hands it in."""
    return {
        "signed": keep(session, paper, at=at),
        "signed_function": function,
        "doubt": found.reason.name if isinstance(found, Refused) else "",
    }
