"""How much of somebody's address and number a colleague sees, on every page."""

from flask_login import current_user

from app.kernel.words import masked_email, phone_tail
from app.web.guards import RELEASER


def may_reach() -> bool:
    """Who mails and calls people needs all of it; the others recognise enough."""
    return current_user.role in RELEASER


def shown_email(email: str) -> str:
    """The address, or `a…@example.be`."""
    return email if may_reach() else masked_email(email)


def shown_mobile(mobile: str) -> str:
    """The number, or its last two digits."""
    return mobile if may_reach() else f"… {phone_tail(mobile)}"
