"""Calendars of last days: for who is signed in, and behind a secret address."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hmac import compare_digest
from itertools import groupby
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.communities.service import Communities
from app.db import audit
from app.filedrop import rules
from app.filedrop.models import CalendarFeed
from app.filedrop.service_shelf import FileView, Shelf
from app.kernel import tokens
from app.kernel.errors import NotFound, Throttled
from app.runtime import Runtime

TO_SHOW = "calendar address to show"


@dataclass(frozen=True)
class Going:
    """How many files somebody has until the end of a day and did not download."""

    uid: str
    day: date
    count: int
    revised_at: datetime


@dataclass(frozen=True)
class Feed:
    """That there is an address, since when, and when a program last came by."""

    made_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True)
class Agenda:
    """What goes when, and the address at which programs hear of it; never commits."""

    session: Session
    communities: Communities
    shelf: Shelf
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Agenda":
        shelf = Shelf.of(session, runtime)
        return cls(session, shelf.communities, shelf, shelf.now)

    def going(self, account_id: int) -> list[Going]:
        """The last days of what is in somebody's list and was not downloaded yet."""
        living = sorted(self.shelf.living(account_id), key=lambda file: file.last_day)
        days = groupby(living, key=lambda file: file.last_day)
        told = [self._going(account_id, day, list(files)) for day, files in days]
        return [one for one in told if one.count]

    def feed(self, account_id: int) -> Feed | None:
        found = self.session.get(CalendarFeed, account_id)
        return Feed(found.made_at, found.fetched_at) if found else None

    def renew(self, account_id: int) -> str:
        """A new secret, shown this once; the address of before leads nowhere."""
        self.communities.accounts.hold([], [account_id])  # one address, not two at once
        token = tokens.token()
        self.session.merge(
            CalendarFeed(
                account_id=account_id,
                token_hash=tokens.digest(token),
                made_at=self.now,
                fetched_at=None,
                counted_from=self.now,
                fetches=0,
            )
        )
        self._record("calendar.make", account_id)
        return token

    def carry(self, token: str) -> str:
        """The secret for the page that comes next, sealed: our cookie may hold it."""
        keyring = self.communities.accounts.keyring
        key_id, sealed = keyring.seal(TO_SHOW, token.encode())
        return f"{base64.urlsafe_b64encode(sealed).decode()}.{key_id}"

    def carried(self, text: str, account_id: int) -> str:
        """The secret, or nothing if it is not, or no longer, that of their address."""
        sealed, _dot, key_id = text.partition(".")
        keyring = self.communities.accounts.keyring
        if not keyring.holds(key_id):
            return ""
        plain = keyring.unseal(TO_SHOW, key_id, base64.urlsafe_b64decode(sealed))
        token, found = plain.decode(), self.session.get(CalendarFeed, account_id)
        is_theirs = found and compare_digest(found.token_hash, tokens.digest(token))
        return token if is_theirs else ""

    def stop(self, account_id: int) -> None:
        """From now on that address leads nowhere."""
        found = self.session.get(CalendarFeed, account_id)
        if found:
            self.session.delete(found)
            self._record("calendar.stop", account_id)

    def fetch(self, token: str) -> list[Going]:
        """The same for a program; NotFound for who may no longer come in."""
        asked = select(CalendarFeed).where(
            CalendarFeed.token_hash == tokens.digest(token)
        )
        found = self.session.scalar(asked.with_for_update())
        if found is None or not self._is_manager(found.account_id):
            raise NotFound
        counted = rules.fetched(found.fetches, found.counted_from, now=self.now)
        if isinstance(counted, timedelta):
            raise Throttled(after=ceil(counted.total_seconds()))
        found.fetches, found.counted_from = counted
        found.fetched_at = self.now
        return self.going(found.account_id)

    def _is_manager(self, account_id: int) -> bool:
        reachable = self.communities.accounts.reachable([account_id])
        return bool(reachable and self.communities.of_manager(account_id))

    def _going(self, account_id: int, day: date, files: list[FileView]) -> Going:
        left = [file for file in files if file.is_listed and not file.downloaded_at]
        keyring = self.communities.accounts.keyring
        uid = keyring.mac("calendar", f"{account_id}|{day}")[:16].hex()
        return Going(uid, day, len(left), max(_moments(files)))

    def _record(self, action: str, account_id: int) -> None:
        by = self.communities.accounts.login_of(account_id)
        about = f"account:{account_id}"
        audit.record(self.session, action, about, at=self.now, by=by)


def _moments(files: Iterable[FileView]) -> list[datetime]:
    """When anything happened that changes what is told of these."""
    told = ((f.posted_at, f.downloaded_at, f.removed_at) for f in files)
    return [moment for moments in told for moment in moments if moment]
