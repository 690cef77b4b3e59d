"""The pages that grow: the list of a manager among a million files, a delivery."""

from tests.bench.fill import big_delivery, fill, give_many, total_of
from tests.bench.scene import (
    KINDS,
    Scene,
    crowd,
    looking,
    middle,
    mobile_of,
    questions,
    scene,
    spans,
    told,
)
from tests.bench.table import row, title
from tests.cast import SAM_MOBILE
from tests.visitor import Visitor

COMMUNITIES, LIVING = 2000, 30
ROUNDS, OF_LARGE = 200, 30  # a page of seconds is opened less often
HISTORY = 500  # files of each community, those of years ago included
LARGE = 67  # communities of one manager: 2,010 files in the list
DELIVERY = 5000


def measure() -> None:
    for kind in KINDS:
        with scene(kind) as house:
            _lists(house)
            _delivery(house)


def _lists(house: Scene) -> None:
    """The same pages before and after the history: what a million files cost."""
    cast = house.cast
    cast.staff()
    cast.register(*crowd(COMMUNITIES))
    give_many(cast, "login.1", LARGE)
    fill(cast, range(LIVING), living=LIVING)
    pages = {
        f"{LIVING} files": house.visitor("login.999", mobile_of(999)),
        f"{LARGE * LIVING:,} files": house.visitor("login.1", mobile_of(1)),
    }
    title(f"{house.kind}: the list; beside: among {COMMUNITIES * LIVING:,} files")
    before = {
        what: _seen(house, who, "/bestanden/", times=OF_LARGE)
        for what, who in pages.items()
    }
    fill(cast, range(LIVING, HISTORY), living=LIVING)
    total = total_of(cast)
    for what, who in pages.items():
        times = OF_LARGE if what != f"{LIVING} files" else ROUNDS
        count, alone = before[what]
        asked, now = _seen(house, who, "/bestanden/", times=times)
        row(
            f"{what}, {total:,} in the database",
            told(now),
            told(alone),
            middle(now) / middle(alone),
        )
        row("  questions", f"{asked}", f"{count}", asked / count, most=1)


def _delivery(house: Scene) -> None:
    cast = house.cast
    small, large = (big_delivery(cast, count) for count in (100, DELIVERY))
    sam = house.visitor("sam.claes", SAM_MOBILE, is_staff=True)
    title(f"{house.kind}: a delivery of {DELIVERY:,} files; beside: one of 100")
    for what, tail in (
        ("its page", ""),
        ("searched", "?zoek=buurt+19"),
        ("its CSV", "/csv"),
    ):
        base = "/beheer/leveringen/"
        count, alone = _seen(house, sam, f"{base}{small}{tail}", times=OF_LARGE)
        times = OF_LARGE if tail == "/csv" else ROUNDS
        asked, now = _seen(house, sam, f"{base}{large}{tail}", times=times)
        row(what, told(now), told(alone), middle(now) / middle(alone))
        row("  questions", f"{asked}", f"{count}", asked / count, most=1)
    now = spans(looking(sam, "/beheer/leveringen/"), ROUNDS)
    row("the list of deliveries", told(now))


def _seen(
    house: Scene, who: Visitor, path: str, *, times: int = ROUNDS
) -> tuple[int, list[float]]:
    """How many questions the page asks, and how long it took each time."""
    count = questions(house.cast, who, path)
    return count, spans(looking(who, path), times)
