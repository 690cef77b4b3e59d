"""Energy communities: their number, and a register as staff hand it in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

NUMBER = re.compile(r"EG\d{7}", re.ASCII)
COLUMNS = (
    "gemeenschap_id",
    "naam",
    "beheerder_login",
    "beheerder_naam",
    "email",
    "gsm",
)


@dataclass(frozen=True)
class Line:
    """One line of a register: a community and one of its managers."""

    number: str
    name: str
    login: str
    manager: str
    email: str
    mobile: str


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def clashes(lines: list[tuple[int, Line]]) -> Iterator[tuple[int, str]]:
    """The lines that contradict one before them, and how."""
    pairs: set[tuple[str, str]] = set()
    people: dict[str, tuple[str, str, str]] = {}
    names: dict[str, str] = {}
    for at, line in lines:
        contact = (line.manager, line.email, line.mobile)
        if (line.number, line.login) in pairs:
            yield at, f"{line.login} staat al bij {line.number}."
        elif people.setdefault(line.login, contact) != contact:
            yield at, f"{line.login} heeft eerder in dit bestand andere gegevens."
        elif names.setdefault(line.number, line.name) != line.name:
            yield at, f"{line.number} heeft eerder in dit bestand een andere naam."
        pairs.add((line.number, line.login))


class News(StrEnum):
    """What a line of a register may change."""

    COMMUNITY = "nieuwe gemeenschap"
    NAME = "andere naam"
    MANAGER = "nieuwe beheerder"
    CONTACT = "andere gegevens"
    TIE = "nieuw beheer"

    @property
    def is_of_community(self) -> bool:
        return self in {News.COMMUNITY, News.NAME}


def news_of(
    line: Line,
    *,
    name: str | None,
    contact: tuple[str, str, str] | None,
    is_tied: bool,
) -> tuple[News, ...]:
    """What a line changes against what is known: name, contact (name first), tie."""
    found = {
        News.COMMUNITY: name is None,
        News.NAME: name not in {None, line.name},
        News.MANAGER: contact is None,
        News.CONTACT: contact not in {None, (line.manager, line.email, line.mobile)},
        News.TIE: not is_tied,
    }
    return tuple(news for news, is_so in found.items() if is_so)


def shifts_of(
    line: Line, *, name: str | None, contact: tuple[str, str, str] | None
) -> tuple[tuple[str, str], ...]:
    """Old and new of each name, address and number that a line replaces."""
    known = (name, *(contact or (None, None, None)))
    wanted = (line.name, line.manager, line.email, line.mobile)
    pairs = zip(known, wanted, strict=True)
    return tuple((old, new) for old, new in pairs if old is not None and old != new)
