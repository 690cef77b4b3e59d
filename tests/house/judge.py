"""The judge of the floors: what a file imports, held against its row of a table."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from tests.house.source import PACKAGES, ROOMS, Source, code

OURS = frozenset({*PACKAGES, "wsgi", "tests"})


class Row(NamedTuple):
    """A path, what it may import of ours, what of others; {room} is its own room.

    {lower} stands for each room that comes before it in app/modules.py.
    """

    path: str
    ours: str = ""
    others: str = ""


def row_of(file: Source, floors: Sequence[Row]) -> Row | None:
    """The first row that fits."""
    return next((row for row in floors if fnmatchcase(file.path, row.path)), None)


def offences(
    file: Source, known: frozenset[str], floors: Sequence[Row]
) -> Iterator[str]:
    """What the file imports and may not."""
    row = row_of(file, floors)
    if row is None:
        yield f"{file.path} stands on no floor"
        return
    ours = _patterns(row.ours, file.room)
    for name in sorted(file.imports(known)):
        top = name.partition(".")[0]
        wanted = (name, ours) if top in OURS else (top, row.others.split())
        if top not in sys.stdlib_module_names and not _fits(*wanted):
            yield f"{file.path} may not import {name}"


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _patterns(ours: str, room: str) -> list[str]:
    lower = ROOMS[: ROOMS.index(room)] if room in ROOMS else ROOMS
    return [
        word.format(room=f"app.{room}", lower=f"app.{below}")
        for word in ours.split()
        for below in (lower if "{lower}" in word else [""])
    ]


def circles(graph: Mapping[str, set[str]]) -> set[str]:
    """The modules that take part in a circle: what remains when no more can go."""
    left = dict(graph)
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    return set(left)


def known_modules() -> frozenset[str]:
    return frozenset(file.module for file in code())
