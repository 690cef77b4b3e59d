"""A month of a community: measured, offered, shared; every quarter balances."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from random import Random

from app.demo.gen_community import Community, Direction, Load, Participant
from app.demo.gen_curves import Quarter, clearness, net_load, quarters
from app.demo.gen_sharing import apportion, offers
from app.kernel.period import Month

# each later version settles one of the month's estimates with what the meter held
ESTIMATES = 3
LAST_VERSION = 1 + ESTIMATES
SETTLEMENT_DAY = 25
RECALCULATED = "Herberekend"


class Status(StrEnum):
    """How sure the measured volume is, in the words of Mijn Fluvius."""

    READ = "Uitgelezen"
    VALIDATED = "Gevalideerd"
    ESTIMATED = "Geschat"
    NONE = "Geen verbruik"


@dataclass(frozen=True, slots=True)
class Note:
    """What is not as usual about one value."""

    status: Status = Status.READ
    remark: str = ""


USUAL = Note()
MISSED = Note(Status.ESTIMATED, "Communicatie onderbroken")
SETTLED = Note(Status.VALIDATED, RECALCULATED)
CUT_OFF = Note(Status.NONE, "Netonderbreking")


@dataclass(frozen=True, slots=True)
class Series:
    """The quarters of one participant in watt-hours; notes only where unusual."""

    participant: Participant
    measured: Sequence[int]
    offered: Sequence[int] | None
    shared: Sequence[int]
    notes: Mapping[int, Note]

    @property
    def corrected(self) -> list[int]:
        return [
            measured - shared
            for measured, shared in zip(self.measured, self.shared, strict=True)
        ]

    def values(self) -> Iterator[tuple[int, int | None, int]]:
        """Measured, offered and shared of each quarter; injection is not offered."""
        offered = self.offered or repeat(None)
        return zip(self.measured, offered, self.shared, strict=False)

    @property
    def present(self) -> int:
        """How many quarters the meter or an estimate has a volume for."""
        return len(self.measured) - self.count(Status.NONE)

    def count(self, status: Status) -> int:
        return sum(note.status is status for note in self.notes.values())


@dataclass(frozen=True)
class Correction:
    """What one correction file tells, whatever its extension."""

    community: Community
    month: Month
    version: int
    calculated_on: date
    series: tuple[Series, ...]
    replaces: "Correction | None" = field(default=None, repr=False)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return quarters(self.month)

    @property
    def reason(self) -> str:
        return "metercorrectie" if self.replaces else ""

    @cached_property
    def shared(self) -> Mapping[Direction, int]:
        """The watt-hours shared in the whole month; both directions are equal."""
        return {
            direction: sum(
                sum(series.shared)
                for series in self.series
                if series.participant.direction is direction
            )
            for direction in Direction
        }


def correction(
    community: Community,
    month: Month,
    version: int = 1,
    *,
    calculated_on: date | None = None,
) -> Correction:
    """Invent the correction of a month; the same arguments give the same numbers.

    Version 2 replaces an estimate by what the meter held, and so on up to the last.
    """
    if not 1 <= version <= LAST_VERSION:
        raise ValueError(f"Een maand heeft versie 1 tot {LAST_VERSION}.")
    earlier = correction(community, month, version - 1) if version > 1 else None
    readings = _readings(community, month, version)
    series = _shared(community, readings)
    if earlier:
        series = [
            _remarked(new, old) for new, old in zip(series, earlier.series, strict=True)
        ]
    day = calculated_on or (month + 1).period.start.replace(day=SETTLEMENT_DAY)
    return Correction(community, month, version, day, tuple(series), earlier)


@dataclass(frozen=True, slots=True)
class _Reading:
    participant: Participant
    measured: list[int]
    notes: dict[int, Note] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Incident:
    """Some quarters of which only so many percent of the curve count, and why."""

    participant: Participant
    span: Sequence[int]
    percent: int
    note: Note

    def befall(self, reading: _Reading) -> None:
        for index in self.span:
            reading.measured[index] = reading.measured[index] * self.percent // 100
            reading.notes[index] = self.note


def _readings(community: Community, month: Month, version: int) -> list[_Reading]:
    seed = f"{community.seed}/{community.identifier}"
    sites = {one.site for one in community.participants}
    nets = {site: net_load(site, month, seed=seed) for site in sites}
    readings = {
        one: _Reading(one, _one_way(nets[one.site], one.direction))
        for one in community.participants
    }
    for incident in _incidents(community, month, version):
        incident.befall(readings[incident.participant])
    return list(readings.values())


def _one_way(net: Sequence[int], direction: Direction) -> list[int]:
    sign = 1 if direction is Direction.OFFTAKE else -1
    return [max(0, sign * energy) for energy in net]


def _incidents(community: Community, month: Month, version: int) -> Iterator[_Incident]:
    """Missed readings at noon of the sunniest days, where sharing feels them most."""
    # no secret comes of it: each version must meet the incidents of the earlier ones
    random = Random(f"{community.seed}/{community.identifier}/{month}")  # noqa: S311
    homes = [one for one in community.participants if _has_no_panels(one)]
    days = sorted(month.period, key=clearness, reverse=True)
    for order, day in enumerate(days[:ESTIMATES], 1):
        # an estimate follows the usual curve; the meter then tells nobody was home
        percent, note = (40, SETTLED) if version > order else (100, MISSED)
        yield _Incident(random.choice(homes), _span(month, day, 11, 14), percent, note)
    cut = _span(month, days[ESTIMATES], 9, 11)
    yield _Incident(random.choice(homes), cut, 0, CUT_OFF)


def _has_no_panels(participant: Participant) -> bool:
    return participant.site.load is Load.HOME and not participant.site.peak_watts


def _span(month: Month, day: date, start: int, stop: int) -> list[int]:
    return [
        index
        for index, quarter in enumerate(quarters(month))
        if quarter.local.date() == day and start <= quarter.local.hour < stop
    ]


def _shared(community: Community, readings: Sequence[_Reading]) -> list[Series]:
    """Divide each quarter's injection among those who take at that moment."""
    takers = _going(Direction.OFFTAKE, readings)
    givers = _going(Direction.INJECTION, readings)
    weights = [taker.participant.weight for taker in takers]
    offered, taken, given = [], [], []
    for demands, gifts in zip(_by_quarter(takers), _by_quarter(givers), strict=True):
        parts = offers(community.key, sum(gifts), weights=weights, demands=demands)
        used = list(map(min, parts, demands))
        offered.append(parts)
        taken.append(used)
        given.append(apportion(sum(used), gifts))
    series = [
        *_series(takers, _by_series(offered), _by_series(taken)),
        *_series(givers, repeat(None), _by_series(given)),
    ]
    return sorted(series, key=lambda one: one.participant.order)


def _going(direction: Direction, readings: Sequence[_Reading]) -> list[_Reading]:
    return [one for one in readings if one.participant.direction is direction]


def _by_quarter(readings: Sequence[_Reading]) -> Iterator[tuple[int, ...]]:
    return zip(*(reading.measured for reading in readings), strict=True)


def _by_series(rows: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    return zip(*rows, strict=True)


def _series(
    readings: Sequence[_Reading],
    offered: Iterable[tuple[int, ...] | None],
    shared: Iterable[tuple[int, ...]],
) -> Iterator[Series]:
    # the offers of injection never end: they are none
    for reading, offer, share in zip(readings, offered, shared, strict=False):
        yield Series(reading.participant, reading.measured, offer, share, reading.notes)


def _remarked(new: Series, old: Series) -> Series:
    """Say so at every quarter that is not what it was in the earlier version."""
    notes = dict(new.notes)
    for index, (now, then) in enumerate(zip(new.values(), old.values(), strict=True)):
        if now != then:
            notes[index] = replace(notes.get(index, USUAL), remark=RECALCULATED)
    return replace(new, notes=notes)
