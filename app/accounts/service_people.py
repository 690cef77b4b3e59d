"""People as values: how they are reached, as other rooms know them."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.accounts.models import Account
from app.accounts.rules import USER


@dataclass(frozen=True)
class Contact:
    """How a person is called and reached; the mobile in E.164."""

    name: str
    email: str
    mobile: str


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as other rooms may know them.

    holds_initial: they still come in with the password of the first letter.
    """

    id: int
    login: str
    role: str
    name: str
    email: str
    mobile: str
    department: str
    last_reminder_only: bool = False
    holds_initial: bool = False

    @property
    def is_ours(self) -> bool:
        """Somebody of the house or of a community, not who uses Mijn Fluvius."""
        return self.role != USER


@dataclass(frozen=True)
class FormerAddress:
    """Where somebody was reached until now: told too when that changes."""

    id: int
    name: str
    email: str


def change(account: Account, wanted: Mapping[str, str]) -> list[str]:
    """Bring those columns up to date; which of them were different."""
    changes = [key for key, new in wanted.items() if getattr(account, key) != new]
    for key in changes:
        setattr(account, key, wanted[key])
    return changes


def person_of(account: Account) -> Person:
    return Person(
        id=account.id,
        login=account.login,
        role=account.role,
        name=account.name,
        email=account.email,
        mobile=account.mobile,
        department=account.department,
        last_reminder_only=account.last_reminder_only,
        holds_initial=(
            account.password_hash is None and account.initial_mac is not None
        ),
    )
