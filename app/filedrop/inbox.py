"""The inbox as a page: its list, its links, and the strip of what needs you."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from app.filedrop.inbox_asked import COLUMNS, FILTERS, Asked, usual_way
from app.filedrop.rules import IN_ADDRESS, SOON
from app.filedrop.service_shelf import FileView
from app.web.pager import PAGE, Pager, Pill
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext

LABELS = {
    "naam": lazy_gettext("Naam"),
    "grootte": lazy_gettext("Grootte"),
    "geplaatst": lazy_gettext("Geplaatst op"),
    "gedeeld": lazy_gettext("Gedeeld door"),
    "tot": lazy_gettext("Beschikbaar tot"),
}
FILTER_LABELS = {
    "": lazy_gettext("Alle"),
    "nieuw": lazy_gettext("Nieuw"),
    "gedownload": lazy_gettext("Gedownload"),
    "verdwijnt": lazy_gettext("Verdwijnt binnen 7 dagen"),
    "verwijderd": lazy_gettext("Verwijderd"),
}


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
    within = [file for file in files if asked.covers(file)]
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
        mobile_sort_url=_address(asked.turned()),
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
        if asked.covers(file) and file.is_listed and file.is_new
    ]


def _page_with(chosen: Sequence[FileView], ticked: Collection[str]) -> str:
    places = (at for at, file in enumerate(chosen) if file.id in ticked)
    return str(next(places, 0) // PAGE + 1)


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
        url = _address(asked.link(sorteer=key, richting=usual_way(key)))
        return Column(str(LABELS[key]), url, "")
    order = "descending" if asked.descending else "ascending"
    return Column(str(LABELS[key]), _address(asked.turned()), order)


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
