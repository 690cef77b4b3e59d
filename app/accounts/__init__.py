"""People who sign in: passwords, codes by SMS, sessions."""

from app.accounts import (
    my_views,
    profile_contact_views,
    profile_password_views,
    profile_views,
    register_views,
    reset_views,
    step_views,
    views,
)
from app.accounts.commands import cli
from app.accounts.service_uses import uses
from app.accounts.sessions import init_app
from app.accounts.ticks import TICKS
from app.module import Module

# all views hang on one blueprint
__all__ = [
    "module",
    "my_views",
    "profile_contact_views",
    "profile_password_views",
    "profile_views",
    "register_views",
    "reset_views",
    "step_views",
]

module = Module(
    name="accounts",
    blueprints=(views.bp,),
    ticks=TICKS,
    commands=(cli,),
    prepare=init_app,
    uses=uses,
)
