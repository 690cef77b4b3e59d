"""The three keys by which shared energy is divided, in whole watt-hours."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate, pairwise


class Key(StrEnum):
    """How often what one cannot use is offered again to who still can."""

    FIXED = "Vast"
    RELATIVE = "Relatief"
    OPTIMAL = "Optimaal"

    def rounds(self, takers: int) -> int:
        """Each round fills at least one taker or leaves nothing to share."""
        return {Key.FIXED: 1, Key.RELATIVE: 2, Key.OPTIMAL: max(1, takers)}[self]


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Divide total by weight; the parts are whole, and add up to it exactly.

    Each is within one of its fair share, so no part exceeds its own weight as long
    as total does not exceed the sum of the weights.
    """
    whole = sum(weights) or 1
    marks = (total * mark // whole for mark in accumulate(weights, initial=0))
    return [after - before for before, after in pairwise(marks)]


def offers(
    key: Key, injected: int, *, weights: Sequence[int], demands: Sequence[int]
) -> list[int]:
    """Tell what each is offered of the injection; a taker keeps what it can use."""
    offered = apportion(injected, weights)
    for _ in range(1, key.rounds(len(weights))):
        left = injected - sum(map(min, offered, demands))
        still = [
            weight if part < demand else 0
            for weight, part, demand in zip(weights, offered, demands, strict=True)
        ]
        if not left or not any(still):
            break
        more = apportion(left, still)
        offered = [part + extra for part, extra in zip(offered, more, strict=True)]
    return offered
