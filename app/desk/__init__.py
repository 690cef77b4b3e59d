"""The colleagues' desk: what needs them first, the letters, the audit book."""

from app.desk import audit_views, views
from app.module import Module

# all views hang on one blueprint
__all__ = ["audit_views", "module"]

module = Module(name="desk", blueprints=(views.bp,))
