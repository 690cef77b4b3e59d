"""What the address asks of the inbox: which files, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass

from app.filedrop.rules import SOON
from app.filedrop.service_shelf import FileView
from app.web.asked import typed

WAYS = ("op", "af")
COLUMNS: dict[str, Callable[[FileView], object]] = {
    "naam": lambda file: file.name.casefold(),
    "grootte": lambda file: file.size,
    "geplaatst": lambda file: file.posted_at,
    "gedeeld": lambda file: file.shared_by.casefold(),
    "tot": lambda file: file.expires_at,
}
FILTERS: dict[str, Callable[[FileView], bool]] = {
    "": lambda file: file.is_listed,
    "nieuw": lambda file: file.is_listed and file.is_new,
    "gedownload": lambda file: file.is_listed and file.downloaded_at is not None,
    "verdwijnt": lambda file: file.is_listed and file.days_left <= SOON,
    "verwijderd": lambda file: not file.is_listed,
}


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list; nonsense counts as not asked."""

    sort: str = "geplaatst"
    descending: bool = True
    filter: str = ""
    query: str = ""
    community: str = ""
    delivery: str = ""
    page: str = ""

    @classmethod
    def of(cls, given: dict[str, str]) -> "Asked":
        sort = given.get("sorteer", "")
        sort = sort if sort in COLUMNS else "geplaatst"
        way = given.get("richting", "")
        way = way if way in WAYS else usual_way(sort)
        chosen = given.get("filter", "")
        return cls(
            sort=sort,
            descending=way == "af",
            filter=chosen if chosen in FILTERS else "",
            query=typed(given, "zoek"),
            community=given.get("gemeenschap", "")[:9],
            delivery=given.get("levering", "")[:22],
            page=given.get("pagina", ""),
        )

    def link(self, **changes: str) -> dict[str, str]:
        """The address's values with some of them changed, and no empty ones."""
        values = {
            "sorteer": self.sort,
            "richting": "af" if self.descending else "op",
            "filter": self.filter,
            "zoek": self.query,
            "gemeenschap": self.community,
            "levering": self.delivery,
            **changes,
        }
        if (values["sorteer"], values["richting"]) == ("geplaatst", "af"):
            del values["sorteer"], values["richting"]
        return {key: value for key, value in values.items() if value}

    def turned(self) -> dict[str, str]:
        """The same with the order reversed."""
        way = "op" if self.descending else "af"
        return self.link(sorteer=self.sort, richting=way)

    def covers(self, file: FileView) -> bool:
        """Whether it is of the community, the delivery and the words asked for."""
        words = f"{file.name} {file.month} {file.community_name}".casefold()
        return (
            self.query.casefold() in words
            and self.community in {"", file.community_number}
            and self.delivery in {"", file.delivery}
        )


def usual_way(sort: str) -> str:
    """The newest first; all else from the first letter or the least on."""
    return "af" if sort == "geplaatst" else "op"
