"""The colleagues' desk: what needs them first, communities, letters, the audit book."""

from app.desk import (
    audit_views,
    commands,
    community_views,
    manager_views,
    register_views,
    ticks,
    views,
)
from app.module import Module

# all views hang on two blueprints
__all__ = ["audit_views", "manager_views", "module", "register_views"]

module = Module(
    name="desk",
    blueprints=(views.bp, community_views.bp),
    ticks=ticks.TICKS,
    commands=(commands.cli,),
)
