"""What a room tells the house about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import click
from flask import Blueprint, Flask
from sqlalchemy.orm import Session

from app.runtime import Runtime


@dataclass(frozen=True)
class Tick:
    """A step that is repeated until it finds no work, every so often."""

    name: str
    every: timedelta
    step: Callable[[Runtime], bool]


Uses = Mapping[str, Mapping[str, int]]  # of what, under which master key, how many


@dataclass(frozen=True, kw_only=True)
class Module:
    """A room's views, ticks and commands; what else it does to the app at start.

    uses: what in its rows still needs a master key, so that one can be retired.
    """

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    ticks: tuple[Tick, ...] = ()
    commands: tuple[click.Command, ...] = ()
    prepare: Callable[[Flask, Runtime], None] | None = field(default=None)
    uses: Callable[[Session, datetime], Uses] | None = field(default=None)
