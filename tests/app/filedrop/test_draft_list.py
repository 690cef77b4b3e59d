"""The review as a page: problems first, 200 at a time, and what is said of a file."""

from datetime import UTC, date, datetime

import pytest

from app.communities.service import Known
from app.filedrop import rules
from app.filedrop.draft_list import listing, note, numbers_in
from app.filedrop.intake import Sums
from app.filedrop.rules import Kind
from app.filedrop.service_draft_review import Held, Review, Row, State, Why
from app.filedrop.service_draft_view import DraftView
from app.filedrop.service_plan import Plan
from app.kernel.errors import Invalid
from app.web.pager import PAGE
from storage.scanner import Finding

NOON = datetime(2026, 10, 26, 11, tzinfo=UTC)
NOORD = Known(1, "EG0000001", "Zonnedelen Noord cv")


def held(name: str, community: str = "EG0000001") -> Held:
    return Held(
        name=name,
        label=rules.label_of(name),
        community=community,
        sha256="0" * 64,
        id="A" * 22,
        sums=Sums(1, 0, "0" * 64),
        blob_key="",
        sealed_key=b"",
        key_day=date(2026, 10, 28),
        is_chosen=False,
        finding=Finding.CLEAN,
        finding_why="",
        is_due=False,
    )


def review(*rows: Row, kind: Kind = Kind.CORRECTION) -> Review:
    draft = DraftView(1, "A" * 22, kind, "sam.claes", NOON, NOON, "B" * 22)
    return Review(draft, rows, [NOORD], Plan([], []))


def rows(count: int, state: State) -> list[Row]:
    return [Row(held(f"{state}-{n}.csv"), state) for n in range(count)]


@pytest.mark.parametrize(
    ("found", "first"),
    [
        ([*rows(1, State.READY), *rows(1, State.BLOCKED)], "geblokkeerd"),
        ([*rows(1, State.READY), *rows(1, State.ATTENTION)], "aandacht"),
        (rows(1, State.READY), "alle"),
        ([], "alle"),
    ],
)
def test_problems_come_first(found: list[Row], first: str) -> None:
    assert listing(review(*found), shown="", page="").shown == first


@pytest.mark.parametrize(
    ("page", "number", "count"),
    [("", 1, PAGE), ("2", 2, PAGE), ("3", 3, 1), ("9", 3, 1), ("0", 1, PAGE)],
)
def test_two_hundred_rows_make_a_page(page: str, number: int, count: int) -> None:
    found = review(*rows(2 * PAGE + 1, State.READY))
    page_of = listing(found, shown="klaar", page=page)
    assert (page_of.pager.number, len(page_of.rows)) == (number, count)
    further = f"?toon=klaar&pagina={number + 1}" if number < 3 else None
    assert page_of.pager.following == further


def test_nonsense_in_an_address_counts_as_not_asked() -> None:
    page = listing(review(), shown="<script>", page="²")
    assert (page.shown, page.pager.number) == ("alle", 1)


def test_an_adhoc_document_leaves_no_community_out() -> None:
    page = listing(review(kind=Kind.ADHOC), shown="", page="")
    assert "?toon=zonder" not in [choice.url for choice in page.choices]


def test_a_problem_is_told_with_a_way_out() -> None:
    row = Row(held("x.csv"), State.BLOCKED, problem="Onbekende gemeenschap EG0009999.")
    assert note(row) == (
        "Onbekende gemeenschap EG0009999. "
        "Kies een gemeenschap of zet het bestand apart."
    )


def test_the_same_bytes_are_told_with_version_and_day() -> None:
    row = Row(
        held("CORR_2026-09_EG0000001_V02.csv"),
        State.ATTENTION,
        NOORD,
        why=Why.SAME_BYTES,
        version=1,
        posted_on=date(2026, 10, 26),
    )
    assert note(row) == "Zelfde inhoud als versie 1 van 26-10-2026."
    assert note(Row(held("x.csv"), State.READY)) == ""


@pytest.mark.parametrize("text", ["eg0000001 EG0000002", "EG0000001,\r\nEG0000002;"])
def test_numbers_are_read_however_they_are_typed(text: str) -> None:
    assert numbers_in(text) == ["EG0000001", "EG0000002"]


def test_no_number_is_no_choice() -> None:
    with pytest.raises(Invalid):
        numbers_in(" ,; ")
