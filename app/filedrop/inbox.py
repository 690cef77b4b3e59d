"""The inbox as a page: filters, order, search, and the strip of what needs you."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from app.filedrop.rules import IN_ADDRESS, SOON
from app.filedrop.service_shelf import FileView
from app.web.asked import typed
from app.web.pager import PAGE, Pager, Pill
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext

WAYS = ("op", "af")
Url = Callable[..., str]

COLUMNS: dict[str, Callable[[FileView], object]] = {
    "naam": lambda file: file.name.casefold(),
    "grootte": lambda file: file.size,
    "geplaatst": lambda file: file.posted_at,
    "gedeeld": lambda file: file.shared_by.casefold(),
    "tot": lambda file: file.expires_at,
}
LABELS = {
    "naam": lazy_gettext("Naam"),
    "grootte": lazy_gettext("Grootte"),
    "geplaatst": lazy_gettext("Geplaatst op"),
    "gedeeld": lazy_gettext("Gedeeld door"),
    "tot": lazy_gettext("Beschikbaar tot"),
}
FILTERS: dict[str, Callable[[FileView], bool]] = {
    "": lambda file: file.is_listed,
    "nieuw": lambda file: file.is_listed and file.is_new,
    "gedownload": lambda file: file.is_listed and file.downloaded_at is not None,
    "verdwijnt": lambda file: file.is_listed and file.days_left <= SOON,
    "verwijderd": lambda file: not file.is_listed,
}
FILTER_LABELS = {
    "": lazy_gettext("Alle"),
    "nieuw": lazy_gettext("Nieuw"),
    "gedownload": lazy_gettext("Gedownload"),
    "verdwijnt": lazy_gettext("Verdwijnt binnen 7 dagen"),
    "verwijderd": lazy_gettext("Verwijderd"),
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
        way = way if way in WAYS else _usual_way(sort)
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


@dataclass(frozen=True)
class Column:
    """A column's header: its link turns the order."""

    label: str
    url: str
    aria_sort: str


@dataclass(frozen=True)
class Strip:
    """What is new, and what goes."""

    new_count: int
    new_size: int
    new_url: str | None
    previous_visit: date | None
    leaving: FileView | None
    leaving_count: int
    leaving_days: int


@dataclass(frozen=True)
class Inbox:
    """Everything that the page of received files shows."""

    communities: list[tuple[str, str]]
    community: str
    community_links: list[Pill]
    files: list[FileView]
    filters: list[Pill]
    query: str
    columns: dict[str, Column]
    sort_label: str
    mobile_sort_url: str
    strip: Strip
    empty: str
    all_url: str
    hidden_fields: list[tuple[str, str]]
    restore_mode: bool
    pager: Pager
    total_size: int

    @property
    def several(self) -> bool:
        return len(self.communities) > 1

    @property
    def total_count(self) -> int:
        return self.pager.total


def inbox(
    files: Sequence[FileView],
    asked: Asked,
    *,
    communities: list[tuple[str, str]],
    previous_visit: date | None,
    zip_path: str,
    ticked: Collection[str] = (),
) -> Inbox:
    """The page's values from what the manager has and what the address asks.

    ticked: on the page with the first of these, unless another is asked.
    """
    within = [file for file in files if _is_within(file, asked)]
    chosen = [file for file in within if FILTERS[asked.filter](file)]
    chosen.sort(key=COLUMNS[asked.sort], reverse=asked.descending)  # type: ignore[arg-type]
    living = [file for file in within if file.is_listed]
    asked_page = asked.page or _page_with(chosen, ticked)
    pager = Pager.of(asked_page, len(chosen), asked.link())
    return Inbox(
        communities=communities,
        community=asked.community,
        community_links=_communities(communities, asked),
        files=chosen[pager.start : pager.stop],
        filters=_filters(within, asked),
        query=asked.query,
        columns={key: _column(key, asked) for key in COLUMNS},
        sort_label=_sort_label(asked),
        mobile_sort_url=_address(_turned(asked)),
        strip=_strip(living, previous_visit, zip_path),
        empty="" if chosen else "filter" if files else "none",
        all_url=_address({}),
        hidden_fields=list(asked.link(zoek="").items()),
        restore_mode=asked.filter == "verwijderd",
        pager=pager,
        total_size=sum(file.size for file in chosen),
    )


def new_ids(files: Sequence[FileView], asked: Asked) -> list[str]:
    """What the strip offers to take at once: on every page, within what is asked."""
    return [
        file.id
        for file in files
        if _is_within(file, asked) and file.is_listed and file.is_new
    ]


def _page_with(chosen: Sequence[FileView], ticked: Collection[str]) -> str:
    places = (at for at, file in enumerate(chosen) if file.id in ticked)
    return str(next(places, 0) // PAGE + 1)


def _is_within(file: FileView, asked: Asked) -> bool:
    words = f"{file.name} {file.month} {file.community_name}".casefold()
    return (
        asked.query.casefold() in words
        and asked.community in {"", file.community_number}
        and asked.delivery in {"", file.delivery}
    )


def _usual_way(sort: str) -> str:
    return "af" if sort == "geplaatst" else "op"


def _address(values: dict[str, str]) -> str:
    return "?" + urlencode(values) if values else "./"


def _filters(within: list[FileView], asked: Asked) -> list[Pill]:
    links = []
    for key, belongs in FILTERS.items():
        count = sum(map(belongs, within))
        if key == "verwijderd" and not count and asked.filter != key:
            continue
        url = _address(asked.link(filter=key))
        links.append(Pill(str(FILTER_LABELS[key]), url, key == asked.filter, count))
    return links


def _communities(communities: list[tuple[str, str]], asked: Asked) -> list[Pill]:
    if len(communities) < 2:  # noqa: PLR2004 - nothing to choose
        return []
    every = Pill(
        _("Alle"), _address(asked.link(gemeenschap="")), not asked.community, None
    )
    return [every] + [
        Pill(
            name,
            _address(asked.link(gemeenschap=number)),
            number == asked.community,
            None,
        )
        for number, name in communities
    ]


def _column(key: str, asked: Asked) -> Column:
    if key != asked.sort:
        url = _address(asked.link(sorteer=key, richting=_usual_way(key)))
        return Column(str(LABELS[key]), url, "")
    order = "descending" if asked.descending else "ascending"
    return Column(str(LABELS[key]), _address(_turned(asked)), order)


def _turned(asked: Asked) -> dict[str, str]:
    way = "op" if asked.descending else "af"
    return asked.link(sorteer=asked.sort, richting=way)


def _sort_label(asked: Asked) -> str:
    ways = {
        ("geplaatst", True): _("nieuwste eerst"),
        ("geplaatst", False): _("oudste eerst"),
        ("grootte", True): _("grootste eerst"),
        ("grootte", False): _("kleinste eerst"),
        ("tot", True): _("laatste eerst"),
        ("tot", False): _("eerste eerst"),
    }
    usual = _("van Z naar A") if asked.descending else _("van A naar Z")
    way = ways.get((asked.sort, asked.descending), usual)
    return f"{LABELS[asked.sort]}, {way}"


def _strip(living: list[FileView], previous: date | None, zip_path: str) -> Strip:
    new = [file for file in living if file.is_new]
    soon = [
        file for file in living if file.days_left <= SOON and file.downloaded_at is None
    ]
    first = min((file.days_left for file in soon), default=0)
    leaving = [file for file in soon if file.days_left == first]
    ids = [("id", file.id) for file in new]
    can_zip = 0 < len(new) <= IN_ADDRESS
    is_fresh = previous and all(file.posted_on >= previous for file in new)
    return Strip(
        new_count=len(new),
        new_size=sum(file.size for file in new),
        new_url=f"{zip_path}?{urlencode(ids)}" if can_zip else None,
        previous_visit=previous if is_fresh else None,
        leaving=leaving[0] if leaving else None,
        leaving_count=len(leaving),
        leaving_days=first,
    )
