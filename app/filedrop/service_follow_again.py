"""A file placed anew: which posting was before it, and which came after."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.filedrop.models import Delivery, DroppedFile
from app.filedrop.service_follow import Following, Sent


@dataclass(frozen=True)
class Posting:
    """The delivery in which the same file was placed, and when."""

    delivery: str
    posted_at: datetime


@dataclass(frozen=True)
class Postings:
    """Of the files of a delivery, by their own id."""

    earlier: dict[str, Posting]
    later: dict[str, Posting]


def postings(following: Following, sent: Sent) -> Postings:
    """Looks only; two questions, however many files there are."""
    old, new = aliased(DroppedFile), aliased(DroppedFile)
    # said aloud, so that a database sees how few they are and reads no others
    is_again = and_(new.again_of == old.public_id, new.again_of.is_not(None))
    asked = select(Delivery.public_id, Delivery.posted_at).select_from(old)
    pairs = asked.join(new, is_again)
    earlier = pairs.join(Delivery, Delivery.id == old.delivery_id)
    later = pairs.join(Delivery, Delivery.id == new.delivery_id)
    found = (
        earlier.add_columns(new.public_id).where(new.delivery_id == sent.key),
        later.add_columns(old.public_id)
        .where(old.delivery_id == sent.key)
        .where(old.slot.is_(None)),
    )
    rows = (following.session.execute(one) for one in found)
    return Postings(*({row[2]: Posting(row[0], row[1]) for row in one} for one in rows))
