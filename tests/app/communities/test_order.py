"""Imports and publications at once: each waits for the other one way only."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.accounts.service import Accounts, Contact
from app.communities.reading import read_register
from app.communities.service import Communities
from app.kernel.errors import Conflict
from app.runtime import Runtime
from tests.cast import BO, BO_MOBILE, HEADER, NOORD, Cast, correction

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


def test_of_two_registers_with_the_same_newcomer_the_second_is_told_to_look_again(
    cast: Cast, runtime: Runtime, database_url: str
) -> None:
    def second() -> list[str]:
        with runtime.transaction() as session:
            register = read_register((HEADER + BO).encode())
            return Communities.of(session, runtime).take_in(register, by="jo").same

    with ThreadPoolExecutor(1) as pool:
        with runtime.transaction() as session:
            contact = Contact("Bo Maes", "bo@zuid.example", BO_MOBILE)
            Accounts.of(session, runtime).enrol("bo.maes", contact, by="sam.claes")
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):  # it waits for who came first
                waiting.result(timeout=0.5)
        if "sqlite" in database_url:  # one writer at a time: it sees the first
            assert waiting.result() == ["bo.maes"]
        else:
            with pytest.raises(Conflict, match="Kijk het opnieuw na"):
                waiting.result()
