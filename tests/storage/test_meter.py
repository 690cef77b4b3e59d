"""A pace for work that must leave room to others."""

from storage.meter import Pace


def test_work_at_a_pace_rests_for_what_it_did_too_fast() -> None:
    rests: list[float] = []
    moment = 0.0
    pace = Pace(100, lambda: moment, rests.append)
    for _ in range(3):
        pace.spend(50)
    moment = 9.0
    pace.spend(0)
    assert rests == [0.5, 1.0, 1.5], "who was slow already need not rest"
