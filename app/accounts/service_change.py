"""A new password or number for somebody who is in: held back until a code passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account, PendingSignIn
from app.accounts.rules import Refused, Step, Why
from app.accounts.service_admission import Admitted
from app.accounts.service_codes import Code
from app.accounts.service_pending import Which
from app.accounts.service_sessions import Sessions
from app.accounts.service_sign_in import Chooser, SignIn, Way, chooser, way_of
from app.kernel import tokens
from app.passwords import Hashed
from app.runtime import Runtime


@dataclass(frozen=True)
class Changing:
    """The steps of a change, bound to one session: it ends when that does."""

    session: Session
    sign_in: SignIn
    sessions: Sessions
    seat: int
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime, *, seat: int) -> "Changing":
        sign_in = SignIn.of(session, runtime)
        sessions = Sessions(session, sign_in.now)
        return cls(session, sign_in, sessions, seat, sign_in.now)

    def chooser(self, account_id: int) -> Chooser:
        return chooser(self.session.get_one(Account, account_id))

    def begin(self, admitted: Admitted, held: Hashed | str) -> Refused | None:
        """The current password was right: hold back the new one, or the new number.

        What is asked last counts.
        """
        account = self.sign_in.own.owner(admitted)
        if isinstance(account, Refused):
            return account
        self.sign_in.pendings.end(self._mine())
        self.session.add(
            PendingSignIn(
                token_hash=tokens.digest(tokens.token()),  # nobody gets this token
                account_id=account.id,
                web_session_id=self.seat,
                is_reset=False,
                step=Step.CODE,
                **_held(held),
                next_path="/profiel",
                created_at=self.now,
            )
        )
        return None

    def way(self) -> Way | None:
        """Where a change stands, if one has begun."""
        found = self.sign_in.pendings.find(self._mine())
        return way_of(self.sign_in.codes, *found) if found else None

    def send_code(self) -> Code | Refused:
        """A new code for the view to send once this has committed."""
        found = self.sign_in.pendings.take(self._mine())
        return self.sign_in.codes.new(*found) if found else Refused(Why.OVER)

    def code(self, typed: str) -> str | Refused:
        """The typed code, once; then the new password or number counts.

        The session goes on under the token that this returns.
        """
        found = self.sign_in.pendings.take(self._mine())
        if found is None:
            return Refused(Why.OVER)
        if refused := self.sign_in.codes.spend(found[0], typed):
            return refused
        self.sign_in.pendings.end(self._mine())
        token = self.sessions.renew(self.seat)
        if token is None:  # ended at this very moment: then nothing changes either
            return Refused(Why.OVER)
        self._set(*found)
        return token

    def _set(self, pending: PendingSignIn, account: Account) -> None:
        if pending.held_mobile is None:
            self.sign_in.own.set(pending, account)
            return
        wanted = {"mobile": pending.held_mobile}
        contacts = self.sign_in.accounts.contacts
        contacts.change(account, wanted, by=account.login, but=self.seat)

    def _mine(self) -> Which:
        return PendingSignIn.web_session_id == self.seat


def _held(held: Hashed | str) -> Mapping[str, str]:
    if isinstance(held, str):
        return {"held_mobile": held}
    return {"held_hash": held.text, "held_key": held.key_id}
