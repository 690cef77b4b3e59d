"""Servers by turns, at the same work: the median of what each of them spent."""

import time
from collections.abc import Callable, Mapping
from statistics import fmean, median
from typing import NamedTuple

from tests.bench.processes import Server

CURL = ("curl", "--silent", "--fail")
AFTERWARDS = 0.03


class Spent(NamedTuple):
    """What the work took: of the clock, and of the server's cores."""

    seconds: float
    cpu: float


class Turn(NamedTuple):
    """Whose turn it is, what it does, and what is made ready before."""

    server: Server
    work: Callable[[], object]
    before: Callable[[], object] = lambda: None


def by_turns(rounds: int, turns: Mapping[str, Turn]) -> dict[str, Spent]:
    """Each once to warm up, then round after round, every second one backwards."""
    spent: dict[str, list[Spent]] = {name: [] for name in turns}
    for number in range(rounds + 1):
        names = list(turns)[:: -1 if number % 2 else 1]
        for name in names:
            spent[name].append(_spent(turns[name]))
    return {name: _middle(spans[1:]) for name, spans in spent.items()}


def _spent(turn: Turn) -> Spent:
    turn.before()
    cpu, began = turn.server.cpu(), time.perf_counter()
    turn.work()
    seconds = time.perf_counter() - began
    time.sleep(AFTERWARDS)  # what a server does after the last byte counts too
    return Spent(seconds, turn.server.cpu() - cpu)


def _middle(spans: list[Spent]) -> Spent:
    """The mean of the cores, which are counted in hundredths of a second."""
    return Spent(median(it.seconds for it in spans), fmean(it.cpu for it in spans))
