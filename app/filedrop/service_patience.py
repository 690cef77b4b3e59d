"""Patience with whoever holds the keys, for work that nobody waits for at a page."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from storage import KeysAway

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long it lasts, in seconds in a row; the first rest is told."""

    most: int
    tell: Callable[[], None] = lambda: None
    sleep: Callable[[float], None] = time.sleep

    def until(self, ask: Callable[[], T]) -> T:
        """The answer, once there is time for us; KeysAway when there stays none."""
        waited = 0
        while True:
            try:
                return ask()
            except KeysAway as away:
                if waited + away.after > self.most:
                    raise
                if not waited:
                    self.tell()
                self.sleep(away.after)
                waited += max(away.after, 1)
