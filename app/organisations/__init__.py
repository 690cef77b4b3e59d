"""Organisations: how the KBO knows them, and who may act for them."""

from app.module import Module
from app.organisations import service

__all__ = ["module", "service"]

module = Module(name="organisations")
