"""Who signed a contract: the names, and of national numbers no more than a MAC."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import bears
from app.contracts.models import ContractSignatory
from app.contracts.rules import LONGEST_PERSON
from app.keyring import Keyring
from signing import Signed

NATIONAL_NUMBER = "contract signatory"


@dataclass(frozen=True)
class Signer:
    """Who signed; is_sender: they handed it in themselves, None when nobody knows."""

    name: str
    at: datetime
    is_sender: bool | None


def write_down(
    session: Session, keyring: Keyring, contract_id: int, found: Signed, *, sender: int
) -> None:
    """Keep who signed, and whether it was the account that handed the paper in."""
    for one in found.by:
        number = one.national_number
        session.add(
            ContractSignatory(
                contract_id=contract_id,
                name=one.name[:LONGEST_PERSON],
                number_mac=keyring.mac(NATIONAL_NUMBER, number),
                number_mac_key=keyring.first,
                at=one.at,
                is_sender=bears(session, keyring, sender, number),
            )
        )
    session.flush()


def signers(
    session: Session, contracts: Collection[int]
) -> Mapping[int, tuple[Signer, ...]]:
    """Of each of those contracts who signed it, in the order of signing."""
    asked = (
        select(ContractSignatory)
        .where(ContractSignatory.contract_id.in_(contracts))
        .order_by(ContractSignatory.id)
    )
    found = defaultdict[int, tuple[Signer, ...]](tuple)
    for row in session.scalars(asked):
        found[row.contract_id] += (Signer(row.name, row.at, row.is_sender),)
    return found
