"""Who plays in the demo: five communities, their managers, four colleagues."""

from dataclasses import dataclass

from app.communities.rules import COLUMNS
from app.demo.citizens import CITIZENS
from app.demo.generator import Community, Key, invent_community

SEED = 2026


@dataclass(frozen=True)
class Manager:
    """Somebody who manages communities, and how to reach them."""

    login: str
    name: str
    email: str
    mobile: str


@dataclass(frozen=True)
class Colleague:
    """Somebody of the operator, and what they may do."""

    login: str
    name: str
    email: str
    mobile: str
    role: str


Player = Manager | Colleague

GENTBRUGGE = invent_community(
    "EG0000417", "Zonnedelen Gentbrugge cv", seed=SEED, key=Key.OPTIMAL, homes=8
)
WETTEREN = invent_community(
    "EG0000523", "Windkracht Wetteren cv", seed=SEED, key=Key.RELATIVE, homes=5
)
DAMPOORT = invent_community(
    "EG0000608", "Buurtstroom Dampoort vzw", seed=SEED, key=Key.FIXED, homes=6
)
MARIAKERKE = invent_community(
    "EG0000731", "Schooldak Mariakerke vzw", seed=SEED, key=Key.FIXED, homes=4
)
LEIEKANT = invent_community(
    "EG0000842", "Energiehuis Leiekant cv", seed=SEED, key=Key.RELATIVE, homes=5
)

AN = Manager(
    "an.peeters", "An Peeters", "an.peeters@gentbrugge.example", "+32470000417"
)
JAN = Manager("jan.claes", "Jan Claes", "jan.claes@gentbrugge.example", "+32470000418")
ELS = Manager("els.wouters", "Els Wouters", "els@wetteren.example", "+32470000523")
BO = Manager("bo.maes", "Bo Maes", "bo.maes@buurtstroom.example", "+32470000608")
FATIMA = Manager(
    "fatima.elamrani", "Fatima El Amrani", "fatima@leiekant.example", "+32470000842"
)

FIRST = ((GENTBRUGGE, AN), (DAMPOORT, BO), (MARIAKERKE, BO))
LATER = ((WETTEREN, ELS), (LEIEKANT, FATIMA))
LAST = ((GENTBRUGGE, JAN),)
MANAGERS = (AN, BO, JAN, ELS, FATIMA)

RELEASER = Colleague(
    "sam.willems", "Sam Willems", "sam.willems@fluvius.example", "+32470000001",
    "releaser",
)  # fmt: skip
UPLOADER = Colleague(
    "lotte.jacobs", "Lotte Jacobs", "lotte.jacobs@fluvius.example", "+32470000002",
    "uploader",
)  # fmt: skip
ADMIN = Colleague(
    "lies.vandamme", "Lies Vandamme", "lies.vandamme@fluvius.example", "+32470000003",
    "admin",
)  # fmt: skip
AUDITOR = Colleague(
    "karim.benali", "Karim Benali", "karim.benali@fluvius.example", "+32470000004",
    "auditor",
)  # fmt: skip
COLLEAGUES = (RELEASER, UPLOADER, ADMIN, AUDITOR)
DEPARTMENT = "Energiedelen"


def register(*pairs: tuple[Community, Manager]) -> bytes:
    """A register of these pairs, as staff hand it in."""
    lines = [
        (one.identifier, one.name, who.login, who.name, who.email, who.mobile)
        for one, who in pairs
    ]
    return "".join(";".join(line) + "\n" for line in (COLUMNS, *lines)).encode()


def communities_of(who: Manager) -> list[str]:
    """The names of what somebody manages."""
    return [one.name for one, by in (*FIRST, *LATER, *LAST) if by == who]


def names() -> dict[str, str]:
    """The name behind each address and number to which a message goes."""
    people = (*MANAGERS, *COLLEAGUES)
    told = {to: who.name for who in people for to in (who.email, who.mobile)}
    return {**told, **{who.email: who.name for who in CITIZENS if who.email}}
