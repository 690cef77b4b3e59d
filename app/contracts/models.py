"""Contracts with energy service providers, each step of each, and their machines."""

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.contracts.rules import (
    LONGEST_PERSON,
    LONGEST_REASON,
    LONGEST_WISH,
    SHORT_CODE,
    State,
)
from app.db.base import Base

RUNNING = text("state IN ('requested', 'to_sign', 'signed')")
STANDING = text("state IN ('active', 'suspended')")


class DataContract(Base):
    """What an organisation asked, signed, and may: one stands, one is on its way."""

    __tablename__ = "data_contract"
    __table_args__ = (
        Index(
            "uq_data_contract_running",
            "organisation_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index(
            "uq_data_contract_standing",
            "organisation_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    number: Mapped[str] = mapped_column(String(13), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    channel: Mapped[str | None] = mapped_column(String(8))
    # a number of this table; SQLite could not undo a foreign key to itself
    replaces: Mapped[str | None] = mapped_column(String(13))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    requested_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    active_from: Mapped[datetime | None]
    template_version: Mapped[str] = mapped_column(String(32), default="")
    document: Mapped[str | None] = mapped_column(ForeignKey("kept_blob.key"))
    signed: Mapped[str | None] = mapped_column(ForeignKey("kept_blob.key"))
    signed_function: Mapped[str] = mapped_column(String(LONGEST_PERSON), default="")
    doubt: Mapped[str] = mapped_column(String(64), default="")
    wish_detail: Mapped[str] = mapped_column(String(16), default="")
    wish_since: Mapped[date | None]
    wish_purpose: Mapped[str] = mapped_column(String(LONGEST_WISH), default="")

    @property
    def stands(self) -> State:
        """Where it stands: the column is only text."""
        return State(self.state)


class ContractSignatory(Base):
    """Who signed, by a signature that counts; is_sender: the one who handed it in.

    None when no issuer told us the national number of who did.
    """

    __tablename__ = "contract_signatory"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("data_contract.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_PERSON))
    number_mac: Mapped[bytes] = mapped_column(LargeBinary)
    number_mac_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    is_sender: Mapped[bool | None]


class ContractStep(Base):
    """A state that a contract came to: when, by whose hand, and why.

    by is the login of that day, by_id whose it was: who moves to another address
    has another login.
    """

    __tablename__ = "contract_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("data_contract.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")


class ShortLink(Base):
    """A provider's short address for paper: made once, whatever becomes of it."""

    __tablename__ = "short_link"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(String(SHORT_CODE), unique=True)
    made_at: Mapped[datetime]


class ApiClient(Base):
    """A machine of a provider: the digest of its secret, or its public key."""

    __tablename__ = "api_client"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("data_contract.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_PERSON))
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[str | None] = mapped_column(Text)
    thumbprint: Mapped[str | None] = mapped_column(String(43))
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiAssertion(Base):
    """What a machine signed to come in; it serves once, until it is over."""

    __tablename__ = "api_assertion"
    __table_args__ = (UniqueConstraint("api_client_id", "jti_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    api_client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id"), index=True)
    jti_hash: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime]
