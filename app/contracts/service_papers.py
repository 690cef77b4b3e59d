"""A contract's bytes: sealed into the store before the row, read by who may."""

from app import papers
from app.papers import Paper, keep, read, taken_back
from app.runtime import Runtime

__all__ = ["PURPOSE", "Paper", "keep", "put_away", "read", "taken_back"]

PURPOSE = "contract"


def put_away(runtime: Runtime, content: bytes) -> Paper:
    """Seal the bytes under a key of their own; Full when there is no room."""
    return papers.put_away(runtime, content, PURPOSE)
