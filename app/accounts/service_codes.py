"""Codes by SMS: one live code for each sign-in, few tries, few a day."""

import logging
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, PendingSignIn, SmsCode
from app.accounts.rules import Refused, Why
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.keyring import Keyring

log = logging.getLogger("energiepost.accounts")
CODE, PHONE = "sms code", "phone"


@dataclass(frozen=True)
class Code:
    """A code that the view has yet to send; it rests nowhere else."""

    id: int
    mobile: str
    digits: str
    until: datetime
    is_mine: bool = False  # for Mijn Fluvius, whose users are addressed otherwise


@dataclass(frozen=True)
class Codes:
    """The codes of the people who are signing in.

    Whoever makes or spends one holds the account's row: parallel requests take turns.
    """

    session: Session
    keyring: Keyring
    now: datetime

    def new(self, pending: PendingSignIn, account: Account) -> Code | Refused:
        """A fresh code, which alone is valid from now on; or why there is none."""
        refused = rules.may_send(self._sent(pending, account), now=self.now)
        if refused or (refused := self._house_stops()):
            return refused
        self._replace(account.id)
        digits = pyotp.HOTP(pyotp.random_base32(), digits=rules.CODE_DIGITS).at(0)
        row = self._row(pending, account, digits)
        self.session.add(row)
        self.session.flush()
        until = self.now + rules.CODE_LIFETIME
        is_mine = account.role == rules.USER
        return Code(row.id, number_of(pending, account), digits, until, is_mine)

    def failed(self, code_id: int) -> None:
        """The carrier did not take it: it does not count, and does not work."""
        failed = update(SmsCode).where(SmsCode.id == code_id)
        self.session.execute(failed.values(failed_at=self.now, replaced_at=self.now))

    def live(self, pending_id: int) -> SmsCode | None:
        """The code that was sent last, unless it is spent or failed."""
        return self.session.scalar(
            select(SmsCode).where(
                SmsCode.pending_id == pending_id,
                SmsCode.replaced_at.is_(None),
                SmsCode.spent_at.is_(None),
            )
        )

    def has_failed(self, pending_id: int) -> bool:
        """Whether the carrier did not take the last code of this sign-in."""
        latest = (
            select(SmsCode.failed_at)
            .where(SmsCode.pending_id == pending_id)
            .order_by(SmsCode.id.desc())
            .limit(1)
        )
        return self.session.scalar(latest) is not None

    def spend(self, pending: PendingSignIn, typed: str) -> Refused | None:
        """Count the try, then compare; None when it was right, once and for all."""
        code = self.live(pending.id)
        if code is None or not self.is_usable(code):
            return Refused(rules.why_over(tries=code.tries if code else 0))
        if paused := rules.may_try(
            self._wrong_tries(code.account_id, pending), now=self.now
        ):
            return paused
        if not self._count(code):
            return Refused(rules.why_over(tries=code.tries))
        if tokens.same(self._mac(code.challenge, typed, code.key_id), code.mac):
            return None if self._claim(code.id) else Refused(Why.CODE_OVER)
        self._note_wrong(code.account_id)
        if self._was_earlier(pending.id, typed):
            return Refused(Why.OLD_CODE)
        left = rules.CODE_TRIES - code.tries
        return Refused(Why.WRONG, left=left) if left else Refused(Why.TRIES_SPENT)

    def is_usable(self, code: SmsCode) -> bool:
        return rules.code_is_usable(
            sent_at=code.sent_at, tries=code.tries, now=self.now
        )

    def _count(self, code: SmsCode) -> bool:
        """One try more, unless they are used up."""
        counting = (
            update(SmsCode)
            .where(SmsCode.id == code.id, SmsCode.tries < rules.CODE_TRIES)
            .where(SmsCode.spent_at.is_(None), SmsCode.replaced_at.is_(None))
            .values(tries=SmsCode.tries + 1)
        )
        counted = won(self.session, counting)
        self.session.refresh(code)
        return counted

    def _claim(self, code_id: int) -> bool:
        spending = update(SmsCode).where(
            SmsCode.id == code_id, SmsCode.spent_at.is_(None)
        )
        return won(self.session, spending.values(spent_at=self.now))

    def _note_wrong(self, account_id: int) -> None:
        """Their password is known to whoever typed this, the phone is not at hand."""
        audit.record_refusal(
            self.session,
            "account.code",
            f"account:{account_id}",
            at=self.now,
            by=self.session.get_one(Account, account_id).login,
            why=Why.WRONG.value,
        )

    def _replace(self, account_id: int) -> None:
        """One live code for each person, at whatever browser they asked for it."""
        earlier = update(SmsCode).where(
            SmsCode.account_id == account_id, SmsCode.replaced_at.is_(None)
        )
        self.session.execute(earlier.values(replaced_at=self.now))

    def _row(self, pending: PendingSignIn, account: Account, digits: str) -> SmsCode:
        challenge = tokens.token()
        return SmsCode(
            pending_id=pending.id,
            account_id=account.id,
            challenge=challenge,
            mac=self._mac(challenge, digits, self.keyring.first),
            key_id=self.keyring.first,
            phone_mac=self.keyring.mac(PHONE, number_of(pending, account)),
            sent_at=self.now,
        )

    def _mac(self, challenge: str, digits: str, key_id: str) -> bytes:
        return self.keyring.mac(CODE, f"{challenge}|{digits}", key_id)

    def _was_earlier(self, pending_id: int, typed: str) -> bool:
        earlier = select(SmsCode).where(
            SmsCode.pending_id == pending_id,
            SmsCode.replaced_at.is_not(None),
            SmsCode.failed_at.is_(None),
        )
        return any(
            tokens.same(self._mac(code.challenge, typed, code.key_id), code.mac)
            for code in self.session.scalars(earlier)
        )

    def _sent(self, pending: PendingSignIn, account: Account) -> rules.Sent:
        phone = self.keyring.mac(PHONE, number_of(pending, account))
        mine = (SmsCode.account_id == account.id) | (SmsCode.phone_mac == phone)
        return rules.Sent(
            in_sign_in=self._times(SmsCode.pending_id == pending.id),
            codes=self._times(mine, _alike(pending)),
            wrong=self._wrong_tries(account.id, pending),
        )

    def _times(self, *which: ColumnElement[bool]) -> list[datetime]:
        """When codes went out in the last day, the oldest first."""
        asked = select(SmsCode.sent_at).where(
            SmsCode.sent_at > self.now - rules.A_DAY,
            SmsCode.failed_at.is_(None),
            *which,
        )
        return list(self.session.scalars(asked.order_by(SmsCode.sent_at)))

    def _wrong_tries(self, account_id: int, pending: PendingSignIn) -> list[datetime]:
        """Each try of the last day that was not right, at the time of its code."""
        asked = select(SmsCode).where(
            SmsCode.account_id == account_id,
            SmsCode.sent_at > self.now - rules.A_DAY,
            _alike(pending),
        )
        return [
            code.sent_at
            for code in self.session.scalars(asked.order_by(SmsCode.sent_at))
            for _ in range(code.tries - (code.spent_at is not None))
        ]

    def _house_stops(self) -> Refused | None:
        """The cap over everybody: alarm and stop, rather than pay for an attack."""
        active = select(func.count()).where(Account.blocked_at.is_(None))
        most = rules.daily_codes(
            self.session.scalars(active.select_from(Account)).one()
        )
        today = select(func.count()).where(
            SmsCode.sent_at > self.now - rules.A_DAY, SmsCode.failed_at.is_(None)
        )
        if self.session.scalars(today.select_from(SmsCode)).one() < most:
            return None
        log.error("ALARM the daily cap of %d codes by SMS is reached", most)
        return Refused(Why.NO_SMS)


def number_of(pending: PendingSignIn, account: Account) -> str:
    """Where its codes go: to the new number, if it is that which has to be proven."""
    return pending.held_mobile or account.mobile


def _alike(pending: PendingSignIn) -> ColumnElement[bool]:
    """Codes of sign-ins that began as this one did: by what was mailed, or was known.

    They count apart: whoever reads somebody's mail must not use up what they need.
    """
    by_mail = PendingSignIn.is_by_mail
    theirs = exists().where(PendingSignIn.id == SmsCode.pending_id)
    return theirs.where(by_mail if pending.is_by_mail else ~by_mail)
