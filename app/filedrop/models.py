"""Drafts, deliveries, their files, and what each manager did with each file."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    exists,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.db.base import Base
from app.filedrop.rules import Kind
from storage.scanner import Finding


class Scanned:
    """What a scanner found in a file, why, and when it is to look once more."""

    finding: Mapped[str] = mapped_column(String(16), default=Finding.UNSCANNED)
    finding_why: Mapped[str] = mapped_column(String(200), default="")
    scan_due_at: Mapped[datetime | None]


class DroppedFile(Scanned, Base):
    """A file for one community; its bytes are sealed elsewhere, its key is here."""

    __tablename__ = "dropped_file"
    __table_args__ = (
        Index("ix_dropped_file_inbox", "community_id", "expires_at"),
        Index("ix_dropped_file_versions", "community_id", "period"),
        Index("ix_dropped_file_clearing", "purged_at", "expires_at"),
        Index("ix_dropped_file_finding", "finding"),
        Index(  # with the many that have none in it, SQLite would leave it aside
            "ix_dropped_file_again_of",
            "again_of",
            sqlite_where=text("again_of IS NOT NULL"),
            postgresql_where=text("again_of IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    ext: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    crc32: Mapped[int] = mapped_column(BigInteger)
    slot: Mapped[str | None] = mapped_column(String(400), unique=True)
    blob_key: Mapped[str] = mapped_column(String(36), unique=True)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_day: Mapped[date] = mapped_column(index=True)
    posted_at: Mapped[datetime]
    retention_days: Mapped[int]
    expires_at: Mapped[datetime]
    purge_claimed_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    lost_at: Mapped[datetime | None]
    again_of: Mapped[str | None] = mapped_column(String(22))


class DeadDay(Base):
    """A day whose key was destroyed; what had its end there can never be read again.

    left: of how many files the bytes still lay in the store, unreadable.
    """

    __tablename__ = "dead_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    destroyed_at: Mapped[datetime]
    files: Mapped[int]
    left: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))


class EndingDay(Base):
    """A day whose key is about to be destroyed; what it was for may be forgotten."""

    __tablename__ = "ending_day"

    day: Mapped[date] = mapped_column(primary_key=True)


class Delivery(Base):
    """A batch of files that staff released at once; ad hoc if none is a correction."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    by: Mapped[str] = mapped_column(String(64))
    shared_by: Mapped[str] = mapped_column(String(160))
    posted_at: Mapped[datetime]
    is_adhoc: Mapped[bool] = column_property(
        ~exists()
        .where(DroppedFile.delivery_id == id)  # noqa: A003 - the column above
        .where(DroppedFile.kind == Kind.CORRECTION)
        .correlate_except(DroppedFile)
    )


class FileState(Base):
    """What one manager did with one file; served: the ranges handed over so far.

    ended_at: when an answer about it last came to its end.
    """

    __tablename__ = "file_state"

    file_id: Mapped[int] = mapped_column(
        ForeignKey("dropped_file.id"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, index=True
    )
    opened_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    served: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    ended_at: Mapped[datetime | None]


class Receipt(Base):
    """That one manager was sent all of one file: what it was then, kept after it."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("file_id", "account_id"),
        Index("ix_receipt_list", "community_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("dropped_file.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(128))
    community_number: Mapped[str] = mapped_column(String(9))
    community_name: Mapped[str] = mapped_column(String(128))
    file_name: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))


class Reminder(Base):
    """The claim on reminding one manager on one local day; a letter may follow."""

    __tablename__ = "reminder"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class CalendarFeed(Base):
    """The secret address of somebody's calendar, of which we keep the digest.

    fetches: how often a program came by since counted_from.
    """

    __tablename__ = "calendar_feed"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    counted_from: Mapped[datetime]
    fetches: Mapped[int]


class Selection(Base):
    """More ticked files than an address can name."""

    __tablename__ = "selection"

    public_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    file_ids: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(index=True)


class Draft(Base):
    """A delivery in the making; release_id stands for it as it is now, once.

    leaves_at: the hour for which leaves_by released it, leaves_with so many files;
    stopped: why it did not leave at the last such hour.
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    by: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    dies_at: Mapped[datetime] = mapped_column(index=True)
    release_id: Mapped[str] = mapped_column(String(22))
    released_at: Mapped[datetime | None]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    discarded_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200))
    leaves_at: Mapped[datetime | None] = mapped_column(index=True)
    leaves_by: Mapped[str] = mapped_column(String(64), default="")
    leaves_with: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]
    stopped: Mapped[str] = mapped_column(String(400), default="")


class DraftFile(Scanned, Base):
    """A file of a draft, sealed under the day on which the draft dies.

    chosen: the numbers of the communities that somebody chose for it; none: by its
    name.
    """

    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("draft_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    crc32: Mapped[int] = mapped_column(BigInteger)
    blob_key: Mapped[str] = mapped_column(String(36), unique=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_day: Mapped[date] = mapped_column(index=True)
    chosen: Mapped[list[str]] = mapped_column(JSON)
    is_set_aside: Mapped[bool]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(64))


class Upload(Base):
    """A large file on its way into a draft; size counts its bytes once all are here.

    writer: who may add bytes, as long as written_at is fresh; told: the client's own
    words on the file, as it sent them.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    told: Mapped[str] = mapped_column(String(2000))
    key_day: Mapped[date] = mapped_column(index=True)
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(64))
    writer: Mapped[str | None] = mapped_column(String(22))
    written_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class UploadRun(Base):
    """Bytes of an upload that came in one request, under a data key of their own.

    size: none as long as they come, or when their writer died.
    """

    __tablename__ = "upload_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    blob_key: Mapped[str] = mapped_column(String(36), unique=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)


class ScanAlarm(Base):
    """The claim on telling colleagues of one cause, once."""

    __tablename__ = "scan_alarm"

    cause: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
