"""What a room tells the house about itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import click
from flask import Blueprint, Flask

from app.runtime import Runtime


@dataclass(frozen=True)
class Tick:
    """A step that is repeated until it finds no work, every so often."""

    name: str
    every: timedelta
    step: Callable[[Runtime], bool]


@dataclass(frozen=True, kw_only=True)
class Module:
    """A room's views, ticks and commands; what else it does to the app at start."""

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    ticks: tuple[Tick, ...] = ()
    commands: tuple[click.Command, ...] = ()
    prepare: Callable[[Flask, Runtime], None] | None = field(default=None)
