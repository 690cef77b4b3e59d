"""Writing a letter into the transaction that it tells of."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.runtime import Runtime
from notifier import Email
from notifier.letters import Letters
from notifier.outbox import Outbox


class Addressee(Protocol):
    """Whoever gets letters: an account, or an earlier address of one."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True)
class Post:
    """Letters of one use case, at one time; they exist when the rows do."""

    session: Session
    letters: Letters
    outbox: Outbox
    base_url: str
    now: datetime
    topic: str | None = None

    @classmethod
    def of(cls, session: Session, runtime: Runtime, *, now: datetime) -> "Post":
        base_url = runtime.settings.base_url
        return cls(session, runtime.letters, runtime.outbox, base_url, now)

    def write(self, kind: str, to: Addressee, **values: object) -> None:
        """Render the letter of that kind and put it with what waits to be sent."""
        self.outbox.put(
            self.session,
            self.show(kind, to, **values),
            kind=kind,
            about=to.id,
            now=self.now,
            topic=self.topic,
        )

    def show(self, kind: str, to: Addressee, **values: object) -> Email:
        """The same letter, to look at; it goes nowhere."""
        return self.letters.write(kind, to=to.email, name=to.name, **values)

    def unwritten(self, kind: str, to: Addressee, wrong: Exception) -> None:
        """Say where letters are listed that this one could not be written, and why."""
        reason = f"the letter cannot be written: {type(wrong).__name__}"
        self.outbox.unwritten(
            self.session, to.email, kind=kind, about=to.id, reason=reason, now=self.now
        )

    def take_back(self, kind: str, to: Addressee) -> None:
        """What they were to get of that kind and did not get yet, they never get."""
        self.outbox.take_back(self.session, kind, to.id)

    def on(self, topic: str) -> "Post":
        """The same, for letters that belong together: of one delivery."""
        return replace(self, topic=topic)

    def address(self, path: str) -> str:
        """The whole address of a path of ours, as it stands in a letter."""
        return f"{self.base_url}{path}"
