"""Invented communities and their months: they balance, and they look alive."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.demo.gen_community import Load, Participant
from app.demo.gen_correction import Series
from app.demo.gen_curves import Quarter, clearness, quarters, sun
from app.demo.generator import (
    LAST_VERSION,
    Community,
    Correction,
    Direction,
    Key,
    Status,
    correction,
    invent_community,
)
from app.kernel.period import Month

MAY = Month(2026, 5)
YEAR = [Month(2026, number) for number in range(1, 13)]


def community(key: Key = Key.FIXED, seed: int = 1, homes: int = 4) -> Community:
    return invent_community("EG0001234", "Zonnedelen", seed=seed, key=key, homes=homes)


def going(direction: Direction, file: Correction) -> list[Series]:
    return [one for one in file.series if one.participant.direction is direction]


def by_quarter(series: list[Series]) -> list[int]:
    return [sum(parts) for parts in zip(*(one.shared for one in series), strict=True)]


def changed(new: Series, old: Series) -> list[int]:
    pairs = enumerate(zip(new.values(), old.values(), strict=True))
    return [index for index, (now, then) in pairs if now != then]


@pytest.mark.parametrize("key", Key)
@pytest.mark.parametrize("version", [1, 2, LAST_VERSION])
@pytest.mark.parametrize("month", [Month(2026, 3), MAY, Month(2026, 10)], ids=str)
def test_what_is_taken_in_a_quarter_was_given_in_it(
    key: Key, version: int, month: Month
) -> None:
    file = correction(community(key), month, version)
    taken = by_quarter(going(Direction.OFFTAKE, file))
    assert taken == by_quarter(going(Direction.INJECTION, file))
    assert file.shared[Direction.OFFTAKE] == file.shared[Direction.INJECTION]
    assert sum(taken) == file.shared[Direction.OFFTAKE] > 0


@pytest.mark.parametrize("key", Key)
def test_nobody_shares_more_than_was_measured_or_offered(key: Key) -> None:
    for series in correction(community(key), MAY).series:
        for measured, offered, shared in series.values():
            assert 0 <= shared <= measured
            assert offered is None or shared == min(measured, offered)
        assert min(series.corrected) >= 0


def test_only_who_takes_is_offered_something() -> None:
    file = correction(community(), MAY)
    assert all(one.offered is None for one in going(Direction.INJECTION, file))
    assert all(one.offered is not None for one in going(Direction.OFFTAKE, file))


@pytest.mark.parametrize(
    ("month", "count"),
    [("2026-02", 2688), ("2026-03", 2972), ("2026-04", 2880), ("2026-10", 2980)],
)
def test_every_series_has_each_quarter_of_the_month(month: str, count: int) -> None:
    file = correction(community(), Month.parse(month))
    assert len(file.quarters) == count
    assert {len(series.measured) for series in file.series} == {count}
    assert {len(series.shared) for series in file.series} == {count}


def test_a_home_with_panels_has_one_code_and_a_public_building_two() -> None:
    meters: dict[Load, Counter[str]] = {}
    for one in community().participants:
        meters.setdefault(one.site.load, Counter())[str(one.ean)] += 1
    building = next(load for load in meters if load is not Load.HOME)
    assert sorted(meters[Load.HOME].values()) == [1, 1, 1, 2]
    assert sorted(meters[building].values()) == [1, 1]


def test_the_key_divides_exactly_everything() -> None:
    for homes in (1, 4, 17):
        members = community(homes=homes).participants
        assert sum(one.weight for one in members) == 10_000


def test_no_two_communities_share_a_code() -> None:
    one = community(homes=990)
    other = invent_community("EG0001235", "Buren", homes=990)
    codes = [{member.ean for member in each.participants} for each in (one, other)]
    assert [len(each) for each in codes] == [992, 992]
    assert not codes[0] & codes[1]
    assert all(str(ean).startswith("5414499") for ean in codes[0])


def test_series_stand_in_order_of_code_and_direction() -> None:
    file = correction(community(homes=9), MAY)
    order = [
        (str(one.participant.ean), str(one.participant.direction))
        for one in file.series
    ]
    assert order == sorted(order)


@pytest.mark.parametrize(
    "identifier", ["", "EG123", "EG00012345", "eg0001234", "EG000123\u0664"]
)
def test_a_community_has_a_name_of_the_known_shape(identifier: str) -> None:
    with pytest.raises(ValueError, match="EG met zeven cijfers"):
        invent_community(identifier, "Zonnedelen")


@pytest.mark.parametrize("homes", [0, 991])
def test_a_community_has_at_least_one_home_and_codes_for_all(homes: int) -> None:
    with pytest.raises(ValueError, match="1 tot 990 woningen"):
        community(homes=homes)


@pytest.mark.parametrize("version", [0, LAST_VERSION + 1])
def test_a_month_has_no_version_beyond_its_estimates(version: int) -> None:
    with pytest.raises(ValueError, match="versie 1 tot"):
        correction(community(), MAY, version)


def test_the_same_seed_gives_the_same_month_and_another_seed_another() -> None:
    assert correction(community(seed=7), MAY) == correction(community(seed=7), MAY)
    assert correction(community(seed=7), MAY) != correction(community(seed=8), MAY)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("month", YEAR, ids=str)
def test_the_next_version_changes_a_few_quarters_and_says_which(
    month: Month, seed: int
) -> None:
    old = correction(community(seed=seed), month)
    new = correction(community(seed=seed), month, 2)
    assert new.replaces == old
    assert (new.reason, old.reason) == ("metercorrectie", "")
    differences = 0
    for now, then in zip(new.series, old.series, strict=True):
        indexes = changed(now, then)
        assert all(now.notes[index].remark == "Herberekend" for index in indexes)
        differences += sum(now.shared[index] != then.shared[index] for index in indexes)
    assert 0 < differences < 60


def test_each_version_settles_one_more_estimate() -> None:
    files = [correction(community(), MAY, v + 1) for v in range(LAST_VERSION)]
    estimated = [
        sum(series.count(Status.ESTIMATED) for series in file.series) for file in files
    ]
    validated = [
        sum(series.count(Status.VALIDATED) for series in file.series) for file in files
    ]
    assert estimated == [36, 24, 12, 0]
    assert validated == [0, 12, 24, 36]


def test_where_the_grid_was_off_nothing_was_used() -> None:
    file = correction(community(), MAY)
    silent = [
        series.measured[index]
        for series in file.series
        for index, note in series.notes.items()
        if note.status is Status.NONE
    ]
    assert silent == [0] * 8
    assert sum(one.present for one in file.series) == 7 * 2976 - 8


def test_a_correction_is_calculated_on_the_25th_unless_told_otherwise() -> None:
    assert correction(community(), MAY).calculated_on == date(2026, 6, 25)
    december = correction(community(), Month(2026, 12))
    assert december.calculated_on == date(2027, 1, 25)
    told = correction(community(), MAY, calculated_on=date(2026, 6, 20))
    assert told.calculated_on == date(2026, 6, 20)


def test_the_sun_is_highest_at_local_noon_in_june_and_gone_at_night() -> None:
    noon = datetime(2026, 6, 21, 11, 40, tzinfo=UTC)
    assert 0.87 < sun(noon) < 0.90
    assert sun(noon) > sun(noon - timedelta(hours=2)) > 0
    assert 0.24 < sun(datetime(2026, 12, 21, 11, 40, tzinfo=UTC)) < 0.29
    assert sun(datetime(2026, 6, 21, 23, 0, tzinfo=UTC)) == 0


def test_all_have_the_same_weather_and_no_day_is_pitch_dark() -> None:
    days = [clearness(day) for month in YEAR for day in month.period]
    assert min(days) >= 0.12
    assert max(days) <= 1
    assert clearness(date(2026, 5, 1)) == clearness(date(2026, 5, 1))


def test_panels_give_nothing_at_night_and_more_in_june_than_in_december() -> None:
    totals = []
    for month in (Month(2026, 6), Month(2026, 12)):
        file = correction(community(), month)
        for series in going(Direction.INJECTION, file):
            pairs = zip(file.quarters, series.measured, strict=True)
            assert not sum(energy for quarter, energy in pairs if is_dark(quarter))
        totals.append(
            sum(sum(one.measured) for one in going(Direction.INJECTION, file))
        )
    june, december = totals
    assert june > 3 * december > 0


def test_a_school_is_busy_on_weekdays_and_closed_in_summer() -> None:
    may, july = school_days(MAY), school_days(Month(2026, 7))
    assert may[True] > 2 * may[False]
    assert july[True] < 1.2 * july[False]


def test_a_home_uses_as_much_as_a_home_does() -> None:
    files = [correction(community(), month) for month in YEAR]
    first = files[0].series[0].participant
    used = sum(sum(file.series[0].measured) for file in files) / 1000
    usual = used * 100 / first.site.percent
    assert 2_500 < usual < 4_500


def is_dark(quarter: Quarter) -> bool:
    return quarter.light == 0


def school_days(month: Month) -> dict[bool, float]:
    """The school's mean use at eleven, on weekdays and in weekends."""
    group = community()
    members = tuple(school(one) for one in group.participants)
    file = correction(replace(group, participants=members), month)
    building = next(
        one for one in file.series if one.participant.site.load is Load.SCHOOL
    )
    used: dict[bool, list[int]] = {True: [], False: []}
    for quarter, energy in zip(quarters(month), building.measured, strict=True):
        if quarter.local.hour == 11:
            used[quarter.local.weekday() < 5].append(energy)
    return {is_weekday: sum(all_) / len(all_) for is_weekday, all_ in used.items()}


def school(one: Participant) -> Participant:
    """Turn the public building into a school without panels."""
    if one.site.load is Load.HOME:
        return one
    return replace(one, site=replace(one.site, load=Load.SCHOOL, peak_watts=0))
