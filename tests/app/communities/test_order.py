"""Imports and publications at once: each waits for the other one way only."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.cast import NOORD, Cast, correction

ROUNDS, PEOPLE = 6, 12


def lines(turn: int) -> list[str]:
    """Twelve managers of one community, whose numbers change with each turn."""
    return [
        f"{NOORD};Noord {turn};login{i:02};Els {i};els{i}@x.example;04700{turn}11{i:02}"
        for i in range(PEOPLE)
    ]


def test_registers_from_both_ends_and_a_delivery_never_block_each_other(
    cast: Cast,
) -> None:
    cast.staff()
    cast.register(*lines(0))
    start = Barrier(3)

    def take_in(lines_of: list[list[str]]) -> None:
        start.wait()
        for lines in lines_of:
            cast.register(*lines)

    def publish() -> None:
        start.wait()
        for version in range(1, ROUNDS):
            cast.publish({correction(NOORD, version=version): b"x"})

    turns = [lines(turn % 10) for turn in range(1, ROUNDS)]
    with ThreadPoolExecutor(3) as pool:
        done = [
            pool.submit(take_in, turns),
            pool.submit(take_in, [turn[::-1] for turn in turns[::-1]]),
            pool.submit(publish),
        ]
        for one in done:
            one.result()
