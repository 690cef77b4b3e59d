"""Ranks and functions: who may what, what a sign-in begins and ends."""

import pytest

from app.kernel.kbo import Kbo
from app.organisations.rules import Rank, digits_in, highest, plain, turn

ZON, WIND = Kbo("0123456749"), Kbo("1000000021")


@pytest.mark.parametrize(
    ("rank", "may_manage", "may_grant"),
    [
        (Rank.VIEWER, False, False),
        (Rank.MANAGER, True, False),
        (Rank.ADMINISTRATOR, True, True),
    ],
)
def test_a_rank_says_what_one_may(
    rank: Rank, *, may_manage: bool, may_grant: bool
) -> None:
    assert (rank.may_manage, rank.may_grant) == (may_manage, may_grant)


def test_a_function_that_is_new_begins_and_one_that_is_gone_ends() -> None:
    change = turn([ZON], [WIND])
    assert change.begun == {WIND}
    assert change.ended == {ZON}


def test_a_function_that_stays_neither_begins_nor_ends() -> None:
    change = turn([ZON, WIND], [WIND, ZON])
    assert not change.begun
    assert not change.ended


def test_the_higher_of_two_ranks_counts() -> None:
    assert highest([Rank.MANAGER, Rank.ADMINISTRATOR]) is Rank.ADMINISTRATOR
    assert highest([Rank.MANAGER, Rank.VIEWER]) is Rank.MANAGER


@pytest.mark.parametrize(
    ("query", "digits"),
    [
        ("0477.445.084", "0477445084"),
        (" BE 0477 445 084", "0477445084"),
        ("be0477-445/084", "0477445084"),
        ("445.0", "4450"),
        ("Windkracht 12", ""),
        ("BE", ""),
        ("\u0661\u0662", ""),
    ],
)
def test_part_of_a_number_is_found_however_it_is_written(
    query: str, digits: str
) -> None:
    assert digits_in(query) == digits


def test_what_is_cut_off_does_not_end_in_a_gap() -> None:
    assert plain("  een   twee drie", 4) == "een"
