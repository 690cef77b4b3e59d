"""Codes by SMS: one live code for each sign-in, few tries, few a day."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, PendingSignIn, SmsCode
from app.accounts.rules import Refused, Why
from app.db.session import won
from app.kernel import tokens
from app.keyring import Keyring

log = logging.getLogger("energiepost.accounts")
CODE, PHONE = "sms code", "phone"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Code:
    """A code that the view has yet to send; it rests nowhere else."""

    id: int
    mobile: str
    digits: str
    until: datetime


@dataclass(frozen=True)
class Codes:
    """The codes of the people who are signing in."""

    session: Session
    keyring: Keyring
    now: datetime

    def new(self, pending: PendingSignIn, account: Account) -> Code | Refused:
        """A fresh code, which alone is valid from now on; or why there is none."""
        refused = rules.may_send(self._sent(pending, account), now=self.now)
        if refused or (refused := self._house_stops()):
            return refused
        self._replace(pending.id)
        digits = pyotp.HOTP(pyotp.random_base32(), digits=rules.CODE_DIGITS).at(0)
        row = self._row(pending, account, digits)
        self.session.add(row)
        self.session.flush()
        return Code(row.id, account.mobile, digits, self.now + rules.CODE_LIFETIME)

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

    def sent_in(self, pending_id: int) -> int:
        """How many codes went out in this sign-in."""
        asked = select(func.count()).where(
            SmsCode.pending_id == pending_id, SmsCode.failed_at.is_(None)
        )
        return int(self.session.scalars(asked).one())

    def spend(self, pending: PendingSignIn, typed: str) -> Refused | None:
        """Count the try, then compare; None when it was right, once and for all."""
        code = self.live(pending.id)
        usable = code and rules.code_is_usable(
            sent_at=code.sent_at, tries=code.tries, now=self.now
        )
        if code is None or not usable:
            return Refused(Why.CODE_OVER)
        if self._wrong_in_day(code.account_id) >= rules.WRONG_CODES_A_DAY:
            return Refused(Why.PAUSE, self.now + DAY)
        if not self._count(code.id):
            return Refused(Why.CODE_OVER)
        if tokens.same(self._mac(code.challenge, typed, code.key_id), code.mac):
            return None if self._claim(code.id) else Refused(Why.CODE_OVER)
        return self._wrong(pending.id, code, typed)

    def _wrong(self, pending_id: int, code: SmsCode, typed: str) -> Refused:
        if self._was_earlier(pending_id, typed):
            return Refused(Why.OLD_CODE)
        left = rules.CODE_TRIES - self.session.get_one(SmsCode, code.id).tries
        return Refused(Why.WRONG, left=left) if left else Refused(Why.CODE_OVER)

    def _count(self, code_id: int) -> bool:
        """One try more, unless they are used up; whoever does not win, waits."""
        counting = (
            update(SmsCode)
            .where(SmsCode.id == code_id, SmsCode.tries < rules.CODE_TRIES)
            .where(SmsCode.spent_at.is_(None), SmsCode.replaced_at.is_(None))
            .values(tries=SmsCode.tries + 1)
        )
        counted = won(self.session, counting)
        self.session.expire_all()
        return counted

    def _claim(self, code_id: int) -> bool:
        spending = update(SmsCode).where(
            SmsCode.id == code_id, SmsCode.spent_at.is_(None)
        )
        return won(self.session, spending.values(spent_at=self.now))

    def _replace(self, pending_id: int) -> None:
        earlier = update(SmsCode).where(
            SmsCode.pending_id == pending_id, SmsCode.replaced_at.is_(None)
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
            phone_mac=self.keyring.mac(PHONE, account.mobile),
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
        # the account's row is locked, so that parallel requests count each other
        self.session.execute(
            select(Account.id).where(Account.id == account.id).with_for_update()
        )
        phone = self.keyring.mac(PHONE, account.mobile)
        mine = (SmsCode.account_id == account.id) | (SmsCode.phone_mac == phone)
        took = SmsCode.failed_at.is_(None)
        last = select(func.max(SmsCode.sent_at)).where(
            SmsCode.pending_id == pending.id, took
        )
        return rules.Sent(
            in_sign_in=self.sent_in(pending.id),
            last=self.session.scalars(last).one(),
            in_hour=self._since(HOUR, took, mine),
            in_day=self._since(DAY, took, mine),
            wrong_in_day=self._wrong_in_day(account.id),
        )

    def _since(self, span: timedelta, *which: ColumnElement[bool]) -> int:
        """How many codes went out in the last hour or day."""
        asked = select(func.count()).where(SmsCode.sent_at > self.now - span, *which)
        return int(self.session.scalars(asked.select_from(SmsCode)).one())

    def _wrong_in_day(self, account_id: int) -> int:
        """Tries that were not right, over all codes of the last day."""
        right = func.count(SmsCode.spent_at)
        asked = select(func.coalesce(func.sum(SmsCode.tries), 0) - right).where(
            SmsCode.account_id == account_id, SmsCode.sent_at > self.now - DAY
        )
        return int(self.session.scalars(asked).one())

    def _house_stops(self) -> Refused | None:
        """The cap over everybody: alarm and stop, rather than pay for an attack."""
        active = select(func.count()).where(Account.blocked_at.is_(None))
        accounts = self.session.scalars(active.select_from(Account)).one()
        today = self._since(DAY)
        if today < rules.daily_codes(accounts):
            return None
        log.error("ALARM the daily cap of %d codes by SMS is reached", today)
        return Refused(Why.NO_SMS)
