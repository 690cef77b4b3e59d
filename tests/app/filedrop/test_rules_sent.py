"""The rules of what was sent: ranges that unite to a file, receipts that last."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.filedrop import rules

BRUSSELS = ZoneInfo("Europe/Brussels")

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda s: (s[0], sum(s))),
    max_size=8,
)


@given(SPANS)
def test_the_union_of_ranges_holds_exactly_their_bytes(
    spans: list[tuple[int, int]],
) -> None:
    union = rules.merged(spans)
    assert {at for span in union for at in range(*span)} == {
        at for span in spans for at in range(*span)
    }
    assert all(one[1] < other[0] for one, other in pairwise(union))


@given(SPANS, st.randoms(use_true_random=False), st.integers(0, 8))
def test_ranges_unite_to_the_same_whatever_their_order_and_in_however_many_turns(
    spans: list[tuple[int, int]], chance: Random, cut: int
) -> None:
    shuffled = chance.sample(spans, len(spans))
    in_turns = rules.merged([*rules.merged(shuffled[:cut]), *shuffled[cut:]])
    assert in_turns == rules.merged(spans)
    assert rules.merged(in_turns) == in_turns


@given(SPANS, st.integers(1, 50))
def test_a_file_is_whole_when_no_byte_of_it_is_missing(
    spans: list[tuple[int, int]], size: int
) -> None:
    within = [(start, min(stop, size)) for start, stop in spans if start < size]
    sent = {at for span in within for at in range(*span)}
    assert (rules.merged(within) == [(0, size)]) == (sent == set(range(size)))


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2033, 12, 31)),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), date(2034, 12, 31)),
    ],
)
def test_a_receipt_is_kept_to_the_end_of_the_seventh_year_after_its_own(
    at: datetime, last: date
) -> None:
    assert rules.receipt_until(at, BRUSSELS) == last
    morning = rules.midnight(last, BRUSSELS)
    assert rules.receipts_since(morning, BRUSSELS) <= at
    assert rules.receipts_since(morning + timedelta(days=1), BRUSSELS) > at
