"""Who plays in the demo's Mijn Fluvius: people, and the organisations they work for."""

from dataclasses import dataclass

from app.kernel.kbo import Kbo


@dataclass(frozen=True)
class Firm:
    """An organisation as the KBO would know it."""

    kbo: Kbo
    name: str
    address: str


@dataclass(frozen=True)
class Citizen:
    """Somebody with an eID; what they are, and in which organisations."""

    key: str
    given_name: str
    family_name: str
    national_number: str
    functions: tuple[tuple[Firm, str], ...] = ()
    email: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


ZONADVIES = Firm(
    Kbo("0477123402"), "Zonadvies Wiebe bv", "Rubensstraat 12, 1800 Vilvoorde"
)
WARMTEPLAN = Firm(Kbo("0642135743"), "Warmteplan cv", "Coupure 80, 9000 Gent")
STADSLICHT = Firm(Kbo("1000012392"), "Stadslicht vzw", "Meir 21, 2000 Antwerpen")

WIEBE = Citizen(
    "wiebe", "Wiebe", "Zonneveld", "85073003328", ((ZONADVIES, "Zaakvoerder"),),
    "wiebe@zonadvies.example",
)  # fmt: skip
MIA = Citizen(
    "mia", "Mia", "Verlinden", "79021512346",
    ((WARMTEPLAN, "Bestuurder"), (STADSLICHT, "Voorzitter")),
    "mia@warmteplan.example",
)  # fmt: skip
JAN = Citizen("jan", "Jan", "Klaassen", "90110901134")
CITIZENS = (WIEBE, MIA, JAN)
