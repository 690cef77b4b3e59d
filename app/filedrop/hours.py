"""When a confirmed delivery leaves: in ten minutes, or at an hour that exists."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.kernel.errors import Invalid

LIVES = timedelta(hours=48)  # a draft, from its first moment or since it was held back
HOLD = timedelta(minutes=10)  # in which what somebody confirmed can be held back
REST = timedelta(hours=24)  # a draft lives on after an hour at which it did not leave
LATE = timedelta(minutes=5)  # from when something is amiss
MOST_AHEAD = timedelta(days=14)


def at_once(now: datetime) -> datetime:
    """As soon as a delivery may leave that is confirmed now."""
    return now + HOLD


def hour_of(day: str, clock: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """That hour on the wall of the zone, in UTC; Invalid if it cannot be.

    Of an hour that comes twice, the first: nobody waits longer than they chose.
    """
    try:
        typed = f"{day} {clock}"
        wall = datetime.strptime(typed, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        hour = wall.astimezone(UTC)
    except (ValueError, OverflowError) as unreadable:
        raise Invalid("Kies een datum en een uur.") from unreadable
    if hour.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise Invalid("Dat uur bestaat niet: de klok gaat dan een uur vooruit.")
    if hour <= now:
        raise Invalid("Dat uur is al voorbij.")
    if hour < at_once(now):
        raise Invalid("Dat is binnen 10 minuten. Kies Nu of een later uur.")
    if hour > now + MOST_AHEAD:
        raise Invalid("Kies een uur binnen 14 dagen.")
    return hour


def kept_until(dies_at: datetime, hour: datetime) -> datetime:
    """How long a draft lives that waits for an hour: past it, whatever happens."""
    return max(dies_at, hour + REST)


def kept_after(dies_at: datetime, now: datetime) -> datetime:
    """How long it lives once it is held back: no longer than one that begins now."""
    return min(dies_at, now + LIVES)
