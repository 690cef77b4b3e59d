"""Forgetting contracts whose term is over, and papers that nothing points at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.contracts.models import (
    ApiAssertion,
    ApiClient,
    ContractSignatory,
    ContractStep,
    DataContract,
)
from app.contracts.rules import KEPT, NAMED
from app.contracts.service_papers import PURPOSE
from app.db import audit, kept
from app.db.kept import KeptBlob
from app.runtime import Runtime

A_DAY = timedelta(days=1)  # who looks at a paper is done by then
AT_ONCE = 100
NOBODY = ""


@dataclass(frozen=True)
class Forgetting:
    """Deletes rows, and says whose bytes may go after the commit; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Forgetting":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.now)

    def one(self) -> list[str] | None:
        """The papers of a contract that is forgotten now; None when there is none.

        Its steps, its signatories and its machines go with it; the audit book keeps
        that it was.
        """
        row = self._over()
        if row is None:
            return None
        theirs = select(ApiClient.id).where(ApiClient.contract_id == row.id)
        said = delete(ApiAssertion).where(ApiAssertion.api_client_id.in_(theirs))
        self.session.execute(said)
        for table in (ContractStep, ContractSignatory, ApiClient):
            self.session.execute(delete(table).where(table.contract_id == row.id))
        papers = [key for key in (row.document, row.signed) if key]
        self.session.delete(row)
        self.session.flush()
        kept.forget(self.session, papers)
        about = f"contract:{row.number}"
        audit.record(self.session, "contract.forget", about, at=self.now)
        return papers

    def replaced(self) -> Sequence[str]:
        """Papers in the place of which another came: of an earlier choice."""
        needed = exists().where(
            or_(
                DataContract.document == KeptBlob.key,
                DataContract.signed == KeptBlob.key,
            )
        )
        asked = select(KeptBlob.key).where(
            KeptBlob.purpose == PURPOSE, KeptBlob.at < self.now - A_DAY, ~needed
        )
        keys = self.session.scalars(asked.limit(AT_ONCE)).all()
        kept.forget(self.session, keys)
        return keys

    def hands(self) -> None:
        """Who took a step long ago, and is nobody here any more, is not named there."""
        for by, at in (
            (ContractStep.by, ContractStep.at),
            (ApiClient.made_by, ApiClient.made_at),
        ):
            old = at < self.now - NAMED
            named = set(self.session.scalars(select(by).where(old).distinct()))
            gone = named - self.accounts.by_login(named).keys() - {audit.HOUSE}
            theirs = update(by.class_).where(old, by.in_(gone))
            self.session.execute(theirs.values({by.key: NOBODY}))

    def _over(self) -> DataContract | None:
        over = [
            (DataContract.state == state) & (DataContract.changed_at < self.now - term)
            for state, term in KEPT.items()
        ]
        asked = select(DataContract).where(or_(*over)).order_by(DataContract.id)
        return self.session.scalar(asked.limit(1).with_for_update(skip_locked=True))
