"""The order of signing in; how often one may try; what makes a password good."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from unicodedata import normalize

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)

MANAGER = "manager"
USER = "user"  # who uses Mijn Fluvius: an issuer said who they are
STAFF = ("uploader", "releaser", "admin", "auditor")

CODE_DIGITS, CODE_TRIES = 6, 5
CODE_LIFETIME = timedelta(minutes=10)
CODES_PER_SIGN_IN = 3  # the first and two more, then back to the password
RESEND_AFTER = timedelta(seconds=60)
CODES_AN_HOUR, CODES_A_DAY = 5, 10
WRONG_CODES_A_DAY = 20
DAILY_CODES_PER_ACCOUNT, DAILY_CODES_AT_LEAST = 3, 50

PENDING_LIFETIME = timedelta(minutes=30)
IDLE, SESSION_LIFETIME = timedelta(minutes=15), timedelta(hours=8)
SESSIONS_AT_ONCE = 3
SEEN_EVERY = timedelta(minutes=1)

RESET_LIFETIME, REISSUE_LIFETIME = timedelta(minutes=30), timedelta(days=3)
ATTEMPT_LIFETIME = timedelta(minutes=15)  # at the issuer and back

RESETS_AN_HOUR, RESETS_A_DAY = 3, 10

OFTEN_HERE = {"wachtwoord", "welkom", "geheim", "energie", "fluvius"}
LEGAL_FORMS = {"bv", "cv", "cvba", "nv", "vof", "vzw"}  # not what people call it
ADDED = "0123456789 !?.,-_@#*+&$"
LONGEST, SHORTEST, SHORTEST_OF_STAFF = 128, 12, 15
WRONG_IN_A_ROW = 100


class Step(StrEnum):
    """What a person who is signing in has to do next."""

    CHOOSE = "choose"
    CODE = "code"


class Why(Enum):
    """Why somebody does not get in."""

    WRONG = "wrong"
    PAUSE = "pause"
    CROWD = "crowd"
    BLOCKED = "blocked"
    INITIAL_OVER = "initial over"
    PASSWORD_OFF = "password off"  # noqa: S105 - a reason, not a password
    OVER = "over"
    OLD_CODE = "old code"
    CODE_OVER = "code over"
    TRIES_SPENT = "tries spent"
    CODES_SPENT = "codes spent"
    NO_SMS = "no sms"


@dataclass(frozen=True)
class Refused:
    """A refusal that leaves its trace: it is returned, so that the counter commits."""

    why: Why
    until: datetime | None = None
    left: int = 0


@dataclass(frozen=True)
class Bucket:
    """Failures counted together, since when, and until when the next one waits."""

    failures: int
    since: datetime
    until: datetime


def by_account(bucket: Bucket, *, now: datetime) -> Bucket | Refused:
    """One more try for a login from one place: from the fifth on 1, 2, 4 … 60 s."""
    if bucket.until > now:
        return Refused(Why.PAUSE, bucket.until)
    failures = bucket.failures + 1
    pause = min(60, 2 ** max(0, failures - 5)) if failures >= 5 else 0  # noqa: PLR2004
    return Bucket(failures, bucket.since, now + timedelta(seconds=pause))


def by_address(bucket: Bucket, *, now: datetime) -> Bucket | Refused:
    """One more try from one neighbour: twenty in ten minutes, whoever they ask for."""
    window = timedelta(minutes=10)
    if now - bucket.since >= window:
        bucket = Bucket(0, now, now)
    if bucket.failures >= 20:  # noqa: PLR2004 - the limit that the docstring names
        return Refused(Why.CROWD, bucket.since + window)
    return replace(bucket, failures=bucket.failures + 1)


def next_step(*, has_own_password: bool) -> Step:
    return Step.CODE if has_own_password else Step.CHOOSE


def code_is_usable(*, sent_at: datetime, tries: int, now: datetime) -> bool:
    return tries < CODE_TRIES and now - sent_at < CODE_LIFETIME


def why_over(*, tries: int) -> Why:
    """Why a code that was sent works no more."""
    return Why.TRIES_SPENT if tries >= CODE_TRIES else Why.CODE_OVER


@dataclass(frozen=True)
class Sent:
    """What was sent and tried before, the oldest first.

    In this sign-in; to this account and phone; and by codes that were not right.
    """

    in_sign_in: Sequence[datetime]
    codes: Sequence[datetime]
    wrong: Sequence[datetime]


def may_send(sent: Sent, *, now: datetime) -> Refused | None:
    """Whether one more code may go out by SMS to this person."""
    if paused := may_try(sent.wrong, now=now):
        return paused
    if len(sent.in_sign_in) >= CODES_PER_SIGN_IN:
        return Refused(Why.CODES_SPENT)
    until = max(
        free_at(sent.codes, CODES_A_DAY, A_DAY, now=now),
        free_at(sent.codes, CODES_AN_HOUR, AN_HOUR, now=now),
        free_at(sent.in_sign_in, 1, RESEND_AFTER, now=now),
    )
    return Refused(Why.PAUSE, until) if until > now else None


def may_try(wrong: Sequence[datetime], *, now: datetime) -> Refused | None:
    """Whether one more code may be typed: too many wrong ones pause the factor."""
    until = free_at(wrong, WRONG_CODES_A_DAY, A_DAY, now=now)
    return Refused(Why.PAUSE, until) if until > now else None


def free_at(
    times: Sequence[datetime], most: int, span: timedelta, *, now: datetime
) -> datetime:
    """When one more fits within so many in any such span; now, if it already does."""
    recent = [time for time in times if time > now - span]
    return recent[-most] + span if len(recent) >= most else now


def daily_codes(accounts: int) -> int:
    """How many codes the whole house sends in a day before it stops and alarms."""
    return max(DAILY_CODES_AT_LEAST, DAILY_CODES_PER_ACCOUNT * accounts)


def session_lives(
    *, started_at: datetime, last_seen_at: datetime, now: datetime
) -> bool:
    return now - last_seen_at < IDLE and now - started_at < SESSION_LIFETIME


def shortest_password(role: str) -> int:
    return SHORTEST_OF_STAFF if role in STAFF else SHORTEST


class Fault(Enum):
    """What is wrong with a password that somebody wants."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    OWN_NAME = "own name"
    INITIAL = "initial"


def normal(password: str) -> str:
    """The same password typed on another keyboard: NFC."""
    return normalize("NFC", password)


def fault_of(
    password: str, *, shortest: int, own: Collection[str], common: Collection[str]
) -> Fault | None:
    """The first thing that is wrong with it; own: login and names, any spelling."""
    if len(password) < shortest:
        return Fault.SHORT
    if len(password) > LONGEST:
        return Fault.LONG
    plain = _letters(password)
    if any(word in plain for word in map(_core, own) if len(word) > 3):  # noqa: PLR2004
        return Fault.OWN_NAME
    return Fault.COMMON if _is_common(password.casefold(), common) else None


def own_words(name: str, address: str) -> list[str]:
    """What of somebody everybody knows: their name, and the name in their address."""
    return [address.partition("@")[0], *name.split()]


def _is_common(password: str, common: Collection[str]) -> bool:
    """On the list, figures added or not; or one word (or one sign) over and over."""
    core = password.strip(ADDED)
    if password in common or core in common or core in OFTEN_HERE:
        return True
    if len(set(password)) == 1:
        return True
    unit = re.fullmatch(r"(.{3,}?)\1+", password)
    return unit is not None and unit[1] in common


def _core(name: str) -> str:
    """What people call it: the letters, without the legal form behind."""
    words = name.casefold().split()
    if words[1:] and _letters(words[-1]) in LEGAL_FORMS:
        words.pop()
    return _letters("".join(words))


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
