"""What a page says of a delivery that waits for its hour, and how long it looks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.filedrop.service_draft_view import DraftView
from app.kernel.words import datum, local_date, uur
from app.web.texts import gettext as _

WATCHED = timedelta(minutes=30)


def said_of(draft: DraftView, *, now: datetime, zone: ZoneInfo) -> str:
    """When it leaves; the day too, if that is not today."""
    hour = draft.leaves_at or now
    clock, day = uur(zone, hour), datum(zone, hour)
    if draft.is_late(now):
        return _(
            "De verzending had op %(day)s om %(clock)s uur moeten starten. "
            "De achtergrondtaken lopen achter; als ze bij zijn, vertrekt de levering.",
            day=day,
            clock=clock,
        )
    if hour <= now:
        return _("De verzending start elk ogenblik.")
    if local_date(hour, zone) == local_date(now, zone):
        return _("Verzending start om %(clock)s uur.", clock=clock)
    return _("Verzending start op %(day)s om %(clock)s uur.", day=day, clock=clock)


def is_watched(draft: DraftView, *, now: datetime) -> bool:
    """Whether a page asks again by itself: about the hour, and not for ever."""
    return draft.leaves_at is not None and abs(draft.leaves_at - now) < WATCHED
