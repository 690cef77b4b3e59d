"""How far a release came: files placed, letters ready, accepted, refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.filedrop.models import DroppedFile
from app.filedrop.service_follow import Following
from notifier import ledger
from notifier.outbox import OPEN, State

WATCHED = timedelta(minutes=30)


@dataclass(frozen=True)
class Progress:
    """Where the letters of a delivery stand; of each manager the last one counts."""

    posted_at: datetime
    now: datetime
    files: int
    letters: int
    waiting: int
    accepted: int
    failed: int
    last_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.waiting > 0

    @property
    def is_watched(self) -> bool:
        """Whether a page asks again by itself.

        Not for ever: a page that asks is somebody at work, whom no pause signs out.
        """
        return self.is_running and self.now - self.posted_at < WATCHED


def progress(following: Following, public_id: str) -> Progress:
    """Looks only; two questions, however many files there are."""
    sent = following.delivery(public_id)
    files = select(func.count()).where(DroppedFile.delivery_id == sent.key)
    letters = ledger.on(following.session, public_id)
    last = {one.about: one for one in letters}.values()
    ended = [at for one in last if (at := one.sent_at or one.failed_at)]
    return Progress(
        posted_at=sent.posted_at,
        now=following.now,
        files=following.session.scalar(files) or 0,
        letters=len(last),
        waiting=sum(one.state in OPEN for one in last),
        accepted=sum(one.state is State.SENT for one in last),
        failed=sum(one.state is State.FAILED for one in last),
        last_at=max(ended, default=None),
    )
