"""Organisations: how the KBO knows them, and who may act for them."""

from app.module import Module
from app.organisations import return_views, views
from app.organisations.ticks import TICKS

__all__ = ["module", "return_views"]  # all views hang on one blueprint

module = Module(name="organisations", blueprints=(views.bp,), ticks=TICKS)
