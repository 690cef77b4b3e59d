"""Accounts; who is signing in, who is in; codes, links and counted tries."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Account(Base):
    """A person who may sign in; never staff and manager at once."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(128))
    email: Mapped[str] = mapped_column(String(254))
    mobile: Mapped[str] = mapped_column(String(20))
    department: Mapped[str] = mapped_column(String(64), default="")
    last_reminder_only: Mapped[bool] = mapped_column(default=False)
    known_for: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    password_hash: Mapped[str | None] = mapped_column(String(160))
    password_key: Mapped[str | None] = mapped_column(String(64))
    initial_mac: Mapped[bytes | None] = mapped_column(LargeBinary)
    initial_key: Mapped[str | None] = mapped_column(String(64))
    initial_until: Mapped[datetime | None]
    credentials_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    password_off_at: Mapped[datetime | None]
    wrong_in_a_row: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    previous_sign_in_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """Somebody of whom an issuer told us; what it calls them is kept as a MAC.

    A national number is too: it recognises one person behind several issuers.
    """

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("provider", "subject_mac"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    provider: Mapped[str] = mapped_column(String(16))
    subject_mac: Mapped[bytes] = mapped_column(LargeBinary)
    number_mac: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    key_id: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class IssuerAttempt(Base):
    """Somebody went to an issuer; only that browser may come back, and only once."""

    __tablename__ = "issuer_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    state_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    redirect_uri: Mapped[str] = mapped_column(String(500))
    next_path: Mapped[str] = mapped_column(String(2000))
    made_at: Mapped[datetime] = mapped_column(index=True)
    spent_at: Mapped[datetime | None]


class Throttle(Base):
    """A bucket of failures: of one login from one place, or of one neighbour."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class PendingSignIn(Base):
    """Somebody whose password was right, and who still lacks a code.

    Within a session it holds back a changed password or number: no token leads to
    it, and it means nothing once that session is over.
    """

    __tablename__ = "pending_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    web_session_id: Mapped[int | None] = mapped_column(index=True)
    is_reset: Mapped[bool]
    step: Mapped[str] = mapped_column(String(8))
    held_hash: Mapped[str | None] = mapped_column(String(160))
    held_key: Mapped[str | None] = mapped_column(String(64))
    held_mobile: Mapped[str | None] = mapped_column(String(20))
    next_path: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    @hybrid_property
    def is_by_mail(self) -> bool:
        """Begun by what a letter brought, and not by an own password."""
        held = self.is_reset or self.held_hash is not None
        return held and self.web_session_id is None

    @is_by_mail.inplace.expression
    @classmethod
    def _is_by_mail(cls) -> ColumnElement[bool]:
        held = cls.is_reset | cls.held_hash.is_not(None)
        return held & cls.web_session_id.is_(None)


class SmsCode(Base):
    """A code that was sent; only its MAC is kept, and only the latest one lives."""

    __tablename__ = "sms_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    pending_id: Mapped[int] = mapped_column(ForeignKey("pending_sign_in.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    challenge: Mapped[str] = mapped_column(String(43))
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(64))
    phone_mac: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    spent_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


class WebSession(Base):
    """Somebody who is in; the cookie carries the token, we keep its digest."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser from which this account came in before: it has its own bucket."""

    __tablename__ = "known_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class ResetRequest(Base):
    """Somebody typed a login at 'Wachtwoord vergeten?'; a tick looks whose it is."""

    __tablename__ = "reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]


class ResetLink(Base):
    """A mailed way to an own password: 256 bits, of which we keep the digest."""

    __tablename__ = "reset_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class Registration(Base):
    """An account, or another address for one; nothing is theirs until the address is.

    For another address the password is the one that they have: changed meanwhile, the
    link is dead.
    """

    __tablename__ = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    email: Mapped[str] = mapped_column(String(64))
    mobile: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(160))
    password_key: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    spent_at: Mapped[datetime | None]
