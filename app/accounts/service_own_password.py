"""An own password: checked against what stands, held back, and then it counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, PendingSignIn
from app.accounts.rules import USER, Refused, Why
from app.accounts.service import Accounts
from app.accounts.service_admission import Admitted
from app.accounts.service_throttle import Counter
from app.db import audit
from app.db.session import won
from app.passwords import Hashed
from app.post import Post


@dataclass(frozen=True)
class OwnPassword:
    """What follows from a right password, and the only place that sets one."""

    session: Session
    accounts: Accounts
    post: Post
    now: datetime

    def owner(self, admitted: Admitted) -> Account | Refused:
        """Whose password was right: it was no failure then. Or what keeps them out."""
        Counter(self.session, self.now).forgive(admitted.keys)
        account = self._unchanged(admitted)
        if account is None:
            return Refused(Why.WRONG)
        if why := self._shut(account):
            self._record_refusal(account, why)
            return Refused(why)
        account.wrong_in_a_row = 0
        return account

    def renew(self, admitted: Admitted, hashed: Hashed) -> None:
        """Keep the same password under another key, unless it was changed meanwhile."""
        if admitted.own is None:
            return
        same = update(Account).where(
            Account.id == admitted.account_id,
            Account.password_hash == admitted.own.text,
        )
        anew = {"password_hash": hashed.text, "password_key": hashed.key_id}
        self.session.execute(same.values(anew))

    def set(self, pending: PendingSignIn, account: Account) -> bool:
        """The held password becomes real, and the initial one is spent, in one.

        It ends every session but the one in which it was changed.
        """
        setting = update(Account).where(Account.id == account.id)
        if not pending.is_reset and pending.web_session_id is None:
            setting = setting.where(Account.initial_mac.is_not(None))
        values = {
            "password_hash": pending.held_hash,
            "password_key": pending.held_key,
            "initial_mac": None,
            "initial_key": None,
            "password_off_at": None,
            "wrong_in_a_row": 0,
        }
        if not won(self.session, setting.values(values)):
            return False
        self.accounts.ways.end_sessions(account.id, but=pending.web_session_id)
        self.accounts.ways.end_links(account.id)
        self.post.write(
            "notice", account, what="password", at=self.now, mine=account.role == USER
        )
        audit.record(
            self.session,
            "account.password",
            f"account:{account.id}",
            at=self.now,
            by=account.login,
        )
        return True

    def _record_refusal(self, account: Account, why: Why) -> None:
        audit.record_refusal(
            self.session,
            "account.sign_in",
            f"account:{account.id}",
            at=self.now,
            by=account.login,
            why=why.value,
        )

    def _unchanged(self, admitted: Admitted) -> Account | None:
        """The account, if what was compared is still what stands there.

        Its row is ours: whoever changes the password now, ends what begins here.
        """
        if admitted.account_id is None:
            return None
        own = admitted.own
        same = (
            Account.password_hash == own.text
            if own
            else Account.password_hash.is_(None)
        )
        return self.session.scalar(
            select(Account)
            .where(Account.id == admitted.account_id, same)
            .with_for_update(key_share=True)
        )

    def _shut(self, account: Account) -> Why | None:
        """What keeps somebody out although the password is right."""
        if account.blocked_at:
            return Why.BLOCKED
        if account.password_off_at:
            return Why.PASSWORD_OFF
        over = account.initial_until and account.initial_until <= self.now
        if account.password_hash is None and over:
            return Why.INITIAL_OVER
        return None
