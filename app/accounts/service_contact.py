"""How somebody is reached becomes another: told at the old and the new address."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account
from app.accounts.service_people import FormerAddress, change
from app.accounts.service_ways import Ways
from app.db import audit
from app.post import Post


@dataclass(frozen=True)
class Contacts:
    """The only place that changes an address or a number; never commits."""

    session: Session
    post: Post
    ways: Ways
    now: datetime

    def change(
        self,
        account: Account,
        wanted: Mapping[str, str],
        *,
        by: str,
        but: int | None = None,
    ) -> list[str]:
        """What became another; whoever is in is out then, but for that session."""
        former = FormerAddress(account.id, account.name, account.email)
        changes = change(account, wanted)
        if changes:
            self._tell(account, former, changes, but=but)
            self.session.flush()
            audit.record(
                self.session,
                "account.change",
                f"account:{account.id}",
                at=self.now,
                by=by,
                what=",".join(changes),
            )
        return changes

    def _tell(
        self,
        account: Account,
        former: FormerAddress,
        changes: Collection[str],
        *,
        but: int | None,
    ) -> None:
        """Of a new address or number: at the old and the new one, and out they go."""
        moved = "email" in changes
        if moved:
            self.ways.end_links(account.id)
            self.post.take_back("reissue", account)  # it may tell the login
            self._invite_anew(account)
        for what in ("email", "mobile"):
            if what in changes:
                self.ways.end_sessions(account.id, but=but)
                for addressee in (account, former) if moved else (account,):
                    self.post.write(
                        "notice",
                        addressee,
                        what=what,
                        at=self.now,
                        mine=account.role == rules.USER,
                    )

    def _invite_anew(self, account: Account) -> None:
        """Who never came in was invited at a wrong address: that invitation dies.

        The next letter is the first one at the right address, and brings a new way in.
        """
        # a colleague got it in person
        if account.password_hash is None and account.role == rules.MANAGER:
            self.post.take_back("welcome", account)
            account.initial_mac = account.initial_key = None
            account.initial_until = account.credentials_at = None
