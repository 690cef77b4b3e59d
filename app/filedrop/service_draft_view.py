"""A draft as its pages know it, and what may have become of it."""

from dataclasses import dataclass
from datetime import datetime

from app.filedrop.hours import LATE
from app.filedrop.models import Draft
from app.filedrop.rules import Kind
from app.kernel.errors import Conflict


class Closed(Conflict):
    """The draft takes no change any more: somebody released it."""


class AlreadyReleased(Closed):
    """The draft became a delivery; whoever comes later is sent on to it."""

    def __init__(self, delivery: str) -> None:
        super().__init__("Dit concept is al vrijgegeven.")
        self.delivery = delivery


class Departing(Closed):
    """The draft waits for its hour; whoever would change it has to hold it first."""

    def __init__(self, draft: str) -> None:
        super().__init__("Dit concept is vrijgegeven en wacht op zijn uur.")
        self.draft = draft


class Changed(Conflict):
    """The draft is no longer what was shown to whoever confirmed it."""

    def __init__(self, draft: str) -> None:
        super().__init__("Dit concept werd intussen gewijzigd. Kijk het opnieuw na.")
        self.draft = draft


@dataclass(frozen=True)
class DraftView:
    """A draft; leaves_at and what follows if it was released, and waits.

    stopped: why it did not leave at its hour, at stopped_at.
    """

    key: int
    id: str
    kind: Kind
    by: str
    made_at: datetime
    dies_at: datetime
    release_id: str
    reason: str = ""
    leaves_at: datetime | None = None
    leaves_by: str = ""
    leaves_with: int = 0
    stopped_at: datetime | None = None
    stopped: str = ""
    count: int = 0
    size: int = 0

    @property
    def is_adhoc(self) -> bool:
        return self.kind is Kind.ADHOC

    @property
    def is_departing(self) -> bool:
        return self.leaves_at is not None

    def is_late(self, now: datetime) -> bool:
        """Whether it should have left some minutes ago."""
        return self.leaves_at is not None and now - self.leaves_at >= LATE


def view_of(draft: Draft, count: int = 0, size: int = 0) -> DraftView:
    return DraftView(
        key=draft.id,
        id=draft.public_id,
        kind=Kind(draft.kind),
        by=draft.by,
        made_at=draft.made_at,
        dies_at=draft.dies_at,
        release_id=draft.release_id,
        reason=draft.reason,
        leaves_at=draft.leaves_at,
        leaves_by=draft.leaves_by,
        leaves_with=draft.leaves_with,
        stopped_at=draft.stopped_at,
        stopped=draft.stopped,
        count=count,
        size=size,
    )
