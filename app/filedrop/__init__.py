"""One-way file drop: staff put files in, managers take them out, time clears them."""

from app.filedrop import (
    agenda_views,
    departure_views,
    draft_release_views,
    draft_views,
    quarantine_views,
    receipt_views,
    staff_views,
    ticks,
    upload_views,
    views,
)
from app.filedrop.commands import cli
from app.module import Module

module = Module(
    name="filedrop",
    blueprints=(
        views.bp,
        receipt_views.bp,
        agenda_views.bp,
        draft_views.bp,
        draft_release_views.bp,
        departure_views.bp,
        upload_views.bp,
        quarantine_views.bp,
        staff_views.bp,
    ),
    ticks=ticks.TICKS,
    commands=(cli,),
)
