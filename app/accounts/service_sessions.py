"""Who is in: rows, so that a copied cookie dies with its row."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, KnownDevice, WebSession
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import NotFound
from app.runtime import Runtime

_SEAT, _ACCOUNT = (WebSession.metadata.tables[it] for it in ("web_session", "account"))
_SEATED = (  # asked at each request, so tables, and built once
    select(
        _SEAT.c.started_at,
        _SEAT.c.last_seen_at,
        _SEAT.c.id.label("session_id"),
        _ACCOUNT.c.id.label("account_id"),
        _ACCOUNT.c.login,
        _ACCOUNT.c.role,
        _ACCOUNT.c.name,
        _ACCOUNT.c.previous_sign_in_at,
    )
    .join_from(_SEAT, _ACCOUNT)
    .where(
        _SEAT.c.token_hash == bindparam("digest"),
        _SEAT.c.ended_at.is_(None),
        _ACCOUNT.c.blocked_at.is_(None),
    )
)


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is in, as guards, views and pages know them."""

    session_id: int
    account_id: int
    login: str
    role: str
    name: str
    previous_sign_in_at: datetime | None
    seen_long_ago: bool
    idle_until: datetime


@dataclass(frozen=True)
class Opened:
    """What the two cookies carry: the session's token and the device's; its number."""

    token: str
    device: str
    session_id: int


@dataclass(frozen=True)
class Seat:
    """One of somebody's sessions, as the profile shows it."""

    id: int
    started_at: datetime
    last_seen_at: datetime
    address: str
    device: str


@dataclass(frozen=True)
class Sessions:
    """Opening, finding and ending sessions; never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Sessions":
        return cls(session, runtime.clock())

    def open(self, account_id: int, *, address: str, agent: str, device: str) -> Opened:
        """A fresh session; a fourth ends the oldest."""
        token = tokens.token()
        self._make_room(account_id)
        seat = WebSession(
            token_hash=tokens.digest(token),
            account_id=account_id,
            address=address,
            device=device_name(agent),
            started_at=self.now,
            last_seen_at=self.now,
        )
        self.session.add(seat)
        self.session.flush()
        account = self.session.get_one(Account, account_id)
        account.previous_sign_in_at = account.last_sign_in_at
        account.last_sign_in_at = self.now
        audit.record(
            self.session,
            "account.sign_in",
            f"account:{account_id}",
            at=self.now,
            by=account.login,
        )
        return Opened(token, self._device(account_id, device), seat.id)

    def current(self, token: str) -> SignedIn | None:
        """Who is in with this token, if the session still lives."""
        found = self.session.execute(
            _SEATED, {"digest": tokens.digest(token)}
        ).one_or_none()
        if found is None:
            return None
        if not self._lives(found.started_at, found.last_seen_at):
            return None
        return SignedIn(
            session_id=found.session_id,
            account_id=found.account_id,
            login=found.login,
            role=found.role,
            name=found.name,
            previous_sign_in_at=found.previous_sign_in_at,
            seen_long_ago=self.now - found.last_seen_at >= rules.SEEN_EVERY,
            idle_until=found.last_seen_at + rules.IDLE,
        )

    def seen(self, session_id: int) -> None:
        """They are still here; written at most once a minute."""
        seeing = update(WebSession).where(WebSession.id == session_id)
        self.session.execute(seeing.values(last_seen_at=self.now))

    def end(self, session_id: int) -> None:
        ending = update(WebSession).where(
            WebSession.id == session_id, WebSession.ended_at.is_(None)
        )
        self.session.execute(ending.values(ended_at=self.now))

    def end_one(self, session_id: int, *, account_id: int) -> None:
        """End a session of that account; NotFound when it is not theirs."""
        asked = select(WebSession.id).where(
            WebSession.id == session_id, WebSession.account_id == account_id
        )
        if self.session.scalar(asked) is None:
            raise NotFound("session")
        self.end(session_id)

    def renew(self, session_id: int) -> str | None:
        """A fresh token for a session that still lives; the former opens nothing."""
        token = tokens.token()
        renewing = update(WebSession).where(
            WebSession.id == session_id, WebSession.ended_at.is_(None)
        )
        renewed = renewing.values(token_hash=tokens.digest(token))
        return token if won(self.session, renewed) else None

    def seats(self, account_id: int) -> list[Seat]:
        """Somebody's living sessions, the latest first."""
        return [
            Seat(s.id, s.started_at, s.last_seen_at, s.address, s.device)
            for s in self._living(account_id)
        ]

    def _living(self, account_id: int) -> list[WebSession]:
        asked = select(WebSession).where(
            WebSession.account_id == account_id, WebSession.ended_at.is_(None)
        )
        latest = asked.order_by(WebSession.started_at.desc(), WebSession.id.desc())
        seats = self.session.scalars(latest)
        return [s for s in seats if self._lives(s.started_at, s.last_seen_at)]

    def _lives(self, started_at: datetime, last_seen_at: datetime) -> bool:
        return rules.session_lives(
            started_at=started_at, last_seen_at=last_seen_at, now=self.now
        )

    def _make_room(self, account_id: int) -> None:
        for seat in self._living(account_id)[rules.SESSIONS_AT_ONCE - 1 :]:
            seat.ended_at = self.now

    def _device(self, account_id: int, device: str) -> str:
        """The device's own token, kept when this account came in with it before."""
        known = self.session.scalar(
            select(KnownDevice).where(
                KnownDevice.token_hash == tokens.digest(device),
                KnownDevice.account_id == account_id,
            )
        )
        if known is not None:
            known.last_seen_at = self.now
            return device
        fresh = tokens.token()
        self.session.add(
            KnownDevice(
                token_hash=tokens.digest(fresh),
                account_id=account_id,
                last_seen_at=self.now,
            )
        )
        return fresh


def device_name(agent: str) -> str:
    """The browser and system that a user agent names, for people to recognise."""
    browsers = ("Edg", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac", "Linux")
    browser = next((name for name in browsers if name in agent), "")
    system = next((name for name in systems if name in agent), "")
    named = {"Edg": "Edge"}.get(browser, browser)
    return " – ".join(part for part in (named, system) if part)
