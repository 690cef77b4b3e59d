"""Connection points: whose list their EAN codes are on; later what hangs there."""

from app.connections import views
from app.connections.ticks import TICKS
from app.module import Module

module = Module(name="connections", blueprints=(views.bp,), ticks=TICKS)
