"""National numbers: whether one is somebody's; none is kept but as a MAC."""

from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ExternalIdentity
from app.keyring import Keyring

NUMBER = "national number"


def bears(
    session: Session, keyring: Keyring, account_id: int, number: str
) -> bool | None:
    """Whether that number is theirs; None when no issuer told us any of them."""
    asked = select(ExternalIdentity).where(
        ExternalIdentity.account_id == account_id,
        ExternalIdentity.number_mac.is_not(None),
        ExternalIdentity.key_id.in_(keyring.ids),
    )
    ties = session.scalars(asked).all()
    said = [keyring.mac(NUMBER, number, tie.key_id) for tie in ties]
    told = [tie.number_mac or b"" for tie in ties]
    return any(map(compare_digest, said, told)) if told else None
