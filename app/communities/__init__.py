"""Energy communities and the people who manage them."""

from app.communities.commands import cli
from app.module import Module

module = Module(name="communities", commands=(cli,))
