"""Waiting for what others wrote to be waited for, on a loop of its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def settled(work: Coroutine[Any, Any, T]) -> T:
    """What it comes to; on a thread of its own, for whoever asks may have a loop."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(asyncio.run, work).result()
