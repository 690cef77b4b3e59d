"""Data-access contracts of energy service providers, and their machines."""

from app.contracts import (
    card_views,
    change_views,
    client_views,
    commands,
    customer_views,
    mailed_views,
    plan_views,
    service_uses,
    sharing_views,
    sign_views,
    staff_views,
    views,
)
from app.contracts.ticks import TICKS
from app.module import Module

module = Module(
    name="contracts",
    blueprints=(
        views.bp,
        sign_views.bp,
        card_views.bp,
        change_views.bp,
        client_views.bp,
        customer_views.bp,
        plan_views.bp,
        sharing_views.bp,
        staff_views.bp,
        mailed_views.bp,
    ),
    ticks=TICKS,
    commands=(commands.cli,),
    uses=service_uses.uses,
)
