"""The three keys: the worked example of the domain notes, and what always holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.gen_sharing import Key, apportion, offers

watt_hours = st.integers(0, 100_000)
takers = st.lists(st.tuples(st.integers(1, 5_000), watt_hours), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("key", "shared"),
    [
        (Key.FIXED, [100, 240, 160]),
        (Key.RELATIVE, [100, 300, 280]),
        (Key.OPTIMAL, [100, 300, 400]),
    ],
)
def test_each_key_shares_as_in_the_worked_example(key: Key, shared: list[int]) -> None:
    demands = [100, 300, 1000]
    offered = offers(key, 800, weights=[50, 30, 20], demands=demands)
    assert list(map(min, offered, demands)) == shared


def test_nobody_is_offered_a_sun_that_does_not_shine() -> None:
    assert offers(Key.OPTIMAL, 0, weights=[1, 2], demands=[5, 5]) == [0, 0]


def test_weightless_takers_get_nothing() -> None:
    assert apportion(0, [0, 0]) == [0, 0]
    assert offers(Key.OPTIMAL, 9, weights=[1, 0], demands=[4, 4]) == [9, 0]


@given(watt_hours, st.lists(st.integers(0, 9_999), min_size=1).filter(any))
def test_parts_are_fair_and_add_up(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


@given(st.sampled_from(Key), watt_hours, takers)
def test_no_key_shares_more_than_there_is(
    key: Key, injected: int, pairs: list[tuple[int, int]]
) -> None:
    weights, demands = zip(*pairs, strict=True)
    offered = offers(key, injected, weights=weights, demands=demands)
    assert sum(map(min, offered, demands)) <= injected
    assert min(offered) >= 0


@given(watt_hours, takers)
def test_the_optimal_key_leaves_nothing_that_somebody_could_use(
    injected: int, pairs: list[tuple[int, int]]
) -> None:
    weights, demands = zip(*pairs, strict=True)
    offered = offers(Key.OPTIMAL, injected, weights=weights, demands=demands)
    assert sum(map(min, offered, demands)) == min(injected, sum(demands))
