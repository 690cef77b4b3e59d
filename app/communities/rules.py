"""Energy communities: their number, and a register as staff hand it in."""

import re
from dataclasses import dataclass

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


def clash(lines: list[tuple[int, Line]]) -> tuple[int, str] | None:
    """The first line that contradicts one before it, and how."""
    pairs: set[tuple[str, str]] = set()
    people: dict[str, tuple[str, str, str]] = {}
    names: dict[str, str] = {}
    for at, line in lines:
        contact = (line.manager, line.email, line.mobile)
        if (line.number, line.login) in pairs:
            return at, f"{line.login} staat al bij {line.number}."
        if people.setdefault(line.login, contact) != contact:
            return at, f"{line.login} heeft eerder in dit bestand andere gegevens."
        if names.setdefault(line.number, line.name) != line.name:
            return at, f"{line.number} heeft eerder in dit bestand een andere naam."
        pairs.add((line.number, line.login))
    return None
