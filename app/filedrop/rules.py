"""How long a file stays, whom its name is for, what may be downloaded when."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from unicodedata import category, normalize
from zoneinfo import ZoneInfo

from app.kernel.errors import Invalid
from app.kernel.words import MONTHS

CORRECTION = re.compile(
    r"CORR_(\d{4})-(0[1-9]|1[0-2])_(EG\d{7})_V(\d{2})\.(csv|xlsx)", re.ASCII
)
FORM = "CORR_2026-05_EG0001234_V01.csv of .xlsx"
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # also what ends a line without showing it
LARGEST, LONGEST_NAME, MOST_FILES = 2**31, 255, 5000
ADMITTED = timedelta(minutes=15)
REMIND_AT = time(8)
KEY_DIES = timedelta(hours=1)  # before midnight
IN_ADDRESS = 100
RECEIPT_YEARS = 7  # after the year of the download: as long as the accounts it proves
SOON = 7  # days: what disappears so soon is told first
MOST_FETCHES, FETCHED_IN = 30, timedelta(minutes=15)
FEW = 5
MAIL_REST = timedelta(minutes=10)
REASONS = (  # why a month's file comes anew, in the words of its letter
    "metercorrectie",
    "verhuis",
    "gewijzigde verdeelsleutel",
    "herberekening",
)

Range = tuple[int, int]


class Kind(StrEnum):
    """What a file is, as far as its name tells."""

    CORRECTION = "correction"
    ADHOC = "adhoc"


class Stage(StrEnum):
    """How far a file came, in the words of an address."""

    DOWNLOADED = "gedownload"
    OPENED = "geopend"
    UNOPENED = "niet-geopend"
    FAILED = "mislukt"


@dataclass(frozen=True)
class Label:
    """What a file's name says of it."""

    kind: Kind
    ext: str
    community: str = ""
    period: str = ""
    version: int = 0

    @property
    def month(self) -> str:
        """`september 2026`, or nothing for an ad-hoc document."""
        if not self.period:
            return ""
        year, month = self.period.split("-")
        return f"{MONTHS[int(month) - 1]} {year}"

    @property
    def title(self) -> str:
        """`Correcties afname en injectie, september 2026, versie 2`."""
        if self.kind is not Kind.CORRECTION:
            return "Ad-hocbericht"
        return f"Correcties afname en injectie, {self.month}, versie {self.version}"


def label_of(name: str) -> Label:
    """Kind, month and version, by `CORR_2026-05_EG0001234_V01.csv`."""
    if (found := CORRECTION.fullmatch(name)) and found[4] != "00":
        year, month, community, version, ext = found.groups()
        period = f"{year}-{month}"
        return Label(Kind.CORRECTION, ext, community, period, int(version))
    _, dot, ext = name.rpartition(".")
    return Label(Kind.ADHOC, ext.lower() if dot and ext.isalnum() else "")


def slot_of(label: Label, *, community: str, name: str, sha256: str) -> str:
    """What there is one of at a time: a version of a month, or one document."""
    if label.kind is Kind.CORRECTION:
        return f"{community}|{label.period}|{label.version}|{label.ext}"
    return f"{community}|{sha256}|{name}"


def clean_name(name: str) -> str:
    """The name in NFC, without signs that hide or turn text; Invalid if unfit."""
    clean = "".join(c for c in normalize("NFC", name) if category(c) not in UNSEEN)
    clean = clean.strip()
    if not clean or clean in {".", ".."} or set(clean) & set("/\\"):
        raise Invalid("De naam van het bestand is leeg of bevat een schuine streep.")
    if len(clean.encode()) > LONGEST_NAME:
        raise Invalid(f"De naam van het bestand is langer dan {LONGEST_NAME} bytes.")
    return clean


def check_size(size: int) -> None:
    """Invalid for nothing at all, and for 2 GiB or more."""
    if size == 0:
        raise Invalid("Het bestand is leeg (0 bytes).")
    if size >= LARGEST:
        raise Invalid("Het bestand is te groot: 2 GiB of meer.")


def expiry(posted_at: datetime, *, zone: ZoneInfo, days: int) -> datetime:
    """The local midnight that begins the 30th day after the day of posting, in UTC."""
    day = posted_at.astimezone(zone).date() + timedelta(days=days)
    return midnight(day, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which that local day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def last_day(expires_at: datetime, zone: ZoneInfo) -> date:
    """The last day on which it can be downloaded."""
    return expires_at.astimezone(zone).date() - timedelta(days=1)


def is_available(*, expires_at: datetime, now: datetime) -> bool:
    return now < expires_at


def stage_of(*, downloaded: bool, opened: bool, mail_failed: bool) -> Stage:
    """The furthest that anybody came; a letter that failed is told until then."""
    if downloaded:
        return Stage.DOWNLOADED
    if opened:
        return Stage.OPENED
    return Stage.FAILED if mail_failed else Stage.UNOPENED


def soon_until(now: datetime, zone: ZoneInfo) -> datetime:
    """What expires at this moment or before it has seven days left, or fewer."""
    return midnight(now.astimezone(zone).date() + timedelta(days=SOON + 1), zone)


def receipt_until(at: datetime, zone: ZoneInfo) -> date:
    """The last day on which a receipt is kept."""
    return date(at.astimezone(zone).year + RECEIPT_YEARS, 12, 31)


def receipts_since(now: datetime, zone: ZoneInfo) -> datetime:
    """What was downloaded before this moment has no receipt any more."""
    return midnight(date(now.astimezone(zone).year - RECEIPT_YEARS, 1, 1), zone)


def fetched(
    fetches: int, counted_from: datetime, *, now: datetime
) -> tuple[int, datetime] | timedelta:
    """The count with one fetch of a calendar more; or how long to wait for it."""
    if now >= counted_from + FETCHED_IN:
        return 1, now
    if fetches >= MOST_FETCHES:
        return counted_from + FETCHED_IN - now
    return fetches + 1, counted_from


def may_mail_again(*, mailed_at: datetime, is_waiting: bool, now: datetime) -> bool:
    """Not while a letter still waits, nor right after one went out."""
    return not is_waiting and now - mailed_at >= MAIL_REST


def may_purge(*, expires_at: datetime, due: datetime, now: datetime) -> bool:
    """Never younger than the days it was given, whatever its row says."""
    return max(expires_at, due) + ADMITTED <= now


def key_may_go(*, day: date, zone: ZoneInfo, now: datetime, waiting: bool) -> bool:
    """Once its files are purged; before that day is over even if they are not."""
    if not waiting:
        return now >= midnight(day, zone) + ADMITTED
    return now >= midnight(day + timedelta(days=1), zone) - KEY_DIES


def is_mishap(count: int, *, of: int) -> bool:
    """Few enough to be an accident; more looks like the wrong disk or database."""
    return count <= max(FEW, of // 5)


def reminder_day(now: datetime, zone: ZoneInfo) -> date | None:
    """The local day whose reminders are due; none before eight in the morning."""
    there = now.astimezone(zone)
    return there.date() if there.time() >= REMIND_AT else None


def reminder_stages(days: Collection[int], *, last_only: bool) -> list[int]:
    """The reminders that somebody wants, nearest first; the last one always comes."""
    stages = sorted(days)
    return stages[:1] if last_only else stages


def is_reminded(
    *, expires_on: date, fetched: bool, days: Iterable[int], since: date, today: date
) -> bool:
    """Whether today's letter names this file.

    since: the day of the last letter. The first reminder is for what was not
    fetched; the last one promises seed 003 to everybody.
    """
    stages = sorted(days)
    return any(
        since < expires_on - timedelta(days=stage) <= today
        and (not fetched or stage == stages[0])
        for stage in stages
    )


def merged(spans: Iterable[Range]) -> list[Range]:
    """The union of half-open ranges, in order, as few as possible."""
    union: list[Range] = []
    for start, stop in sorted(spans):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(stop, union[-1][1]))
        else:
            union.append((start, stop))
    return union
