"""Runtime: the settings, the clock, the transaction and the doors, as types."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.db.session import Database
from app.kernel.chain import Seals
from app.kernel.clock import Clock, ClockWatch
from app.kernel.errors import AppError, Busy
from app.keyring import Keyring
from app.passwords import Passwords
from app.settings import Settings
from identity import Provider
from notifier import EmailSender, SmsSender
from notifier.letters import Letters
from notifier.outbox import Outbox
from signing import Signatures
from storage import KeysAway, KeyStore, SealedStore
from storage.scanner import Scanner

COMMAND, JOBS = "command", "jobs"


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """Everything that a use case may need from outside its own room.

    source: who asks is at this address, at the command line, or nobody but time.
    """

    settings: Settings
    clock: Clock
    watch: ClockWatch
    database: Database
    keyring: Keyring
    seals: Seals
    passwords: Passwords
    blobs: SealedStore
    keys: KeyStore
    scanner: Scanner
    email: EmailSender
    sms: SmsSender
    identities: Mapping[str, Provider]
    letters: Letters
    outbox: Outbox
    signatures: Signatures
    source: str = COMMAND

    def transaction(self) -> AbstractContextManager[Session]:
        """The one transaction of a view, a tick's step or a command."""
        return self.database.transaction(self.source)

    def attempt(self, change: Callable[[Session], object]) -> bool:
        """A small change that may as well come later: whether it could be made."""
        return self.database.attempt(change)

    def meaning(self, error: BaseException) -> AppError | None:
        """What an error of a door means to who asked: no room, or not now."""
        if isinstance(error, KeysAway):
            return Busy(after=error.after)
        return self.database.meaning(error)

    def glance(self) -> AbstractContextManager[Session]:
        """One question, and nothing else."""
        return self.database.glance()

    def reading(self) -> AbstractContextManager[Session]:
        """A consistent look that changes nothing."""
        return self.database.reading()
