"""Many who set off together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from app.kernel.errors import AppError

T = TypeVar("T")


def at_once(times: int, work: Callable[[int], T]) -> list[T]:
    """What each of so many threads gets that set off together."""
    gate = Barrier(times)

    def set_off(number: int) -> T:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(set_off, range(times)))


def each(*works: Callable[[], object]) -> list[str]:
    """How each of those went that set off together: done, or why it was refused."""

    def go(number: int) -> str:
        try:
            works[number]()
        except AppError as refused:
            return type(refused).__name__
        return "done"

    return at_once(len(works), go)
