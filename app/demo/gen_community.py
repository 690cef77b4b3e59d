"""Invented energy communities: who takes part, behind which meter, for which share."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from app.demo.gen_sharing import Key, apportion
from app.kernel.ean import Ean

IDENTIFIER = re.compile(r"EG([0-9]{7})")
HUNDRED_PERCENT = 10_000
# 7 digits of prefix, 7 of the community, 3 of the access point: no two share a code
PREFIX = "5414499"
MOST_HOMES = 990


class Direction(StrEnum):
    """Which way the energy flows, seen from the participant."""

    OFFTAKE = "Afname"
    INJECTION = "Injectie"


class Meter(StrEnum):
    """A digital meter has one EAN for both directions; AMR has one for each."""

    DIGITAL = "Digitale meter"
    AMR = "AMR-meter"


class Load(StrEnum):
    """What a site uses its energy for, and so when."""

    HOME = "woning"
    SCHOOL = "school"
    SPORTS_HALL = "sporthal"


@dataclass(frozen=True, slots=True)
class Site:
    """A building: its load in percent of a usual one, and its panels if any."""

    reference: str
    load: Load
    percent: int
    peak_watts: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """One direction of one access point; weights are hundredths of a percent."""

    ean: Ean
    direction: Direction
    meter: Meter
    site: Site
    since: date
    weight: int = 0

    @property
    def order(self) -> tuple[Ean, Direction]:
        return self.ean, self.direction


@dataclass(frozen=True, slots=True)
class Community:
    """An energy community as the grid operator knows it; nobody real is in it."""

    identifier: str
    name: str
    key: Key
    seed: int
    participants: tuple[Participant, ...]


def invent_community(
    identifier: str,
    name: str,
    *,
    seed: int = 1,
    key: Key = Key.FIXED,
    homes: int = 4,
) -> Community:
    """Homes, one in three with panels, and a public building under a solar roof.

    It has two access points more than homes: the building's, one for each direction.
    """
    match = IDENTIFIER.fullmatch(identifier)
    if not match:
        raise ValueError("Een gemeenschap heet EG met zeven cijfers.")
    if not 1 <= homes <= MOST_HOMES:
        raise ValueError(f"Een gemeenschap telt 1 tot {MOST_HOMES} woningen.")
    # no secret comes of it: the same seed must give the same community
    random = Random(f"{seed}/{identifier}")  # noqa: S311
    sites = [*_homes(random, homes), _public_building(random, homes)]
    weights = apportion(HUNDRED_PERCENT, [site.percent for site in sites])
    participants = _participants(match[1], sites, weights, random)
    ordered = tuple(sorted(participants, key=lambda one: one.order))
    return Community(identifier, name, key, seed, ordered)


def _homes(random: Random, count: int) -> Iterator[Site]:
    for number in range(1, count + 1):
        panels = random.randrange(3_000, 6_500, 100) if number % 3 == 0 else 0
        yield Site(f"D{number:03}", Load.HOME, random.randint(60, 170), panels)


def _public_building(random: Random, homes: int) -> Site:
    load = random.choice((Load.SCHOOL, Load.SPORTS_HALL))
    return Site(f"D{homes + 1:03}", load, 100, 20_000 + 5_000 * homes)


def _participants(
    community: str, sites: Sequence[Site], weights: Sequence[int], random: Random
) -> Iterator[Participant]:
    for number, (site, weight) in enumerate(zip(sites, weights, strict=True), 1):
        since = date(2024, random.randint(1, 12), 1)
        is_home = site.load is Load.HOME
        meter = Meter.DIGITAL if is_home else Meter.AMR
        taker = _ean(community, number)
        yield Participant(taker, Direction.OFFTAKE, meter, site, since, weight)
        if site.peak_watts:
            giver = taker if is_home else _ean(community, number + 1)
            yield Participant(giver, Direction.INJECTION, meter, site, since)


def _ean(community: str, number: int) -> Ean:
    return Ean.from_body(f"{PREFIX}{community}{number:03}")
