import pytest

from app.web.pager import Pager, address

VALUES = {"stand": "mislukt", "zoek": ""}


def pager(asked: str, total: int = 450) -> Pager:
    return Pager.of(asked, total, VALUES)


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("2", 2), ("3", 3), ("4", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1)],
)
def test_nonsense_is_the_first_page_and_too_far_is_the_last(
    asked: str, number: int
) -> None:
    assert pager(asked).number == number
    assert pager("9" * 40).number == 1


def test_the_first_page_only_goes_on() -> None:
    first = pager("1")
    assert (first.start, first.stop, first.previous) == (0, 200, None)
    assert first.following == "?stand=mislukt&pagina=2"


def test_the_last_page_only_goes_back() -> None:
    last = pager("3")
    assert (last.start, last.stop, last.following) == (400, 450, None)
    assert last.previous == "?stand=mislukt&pagina=2"


def test_an_empty_list_has_one_page() -> None:
    empty = pager("7", 0)
    assert (empty.start, empty.stop, empty.previous, empty.following) == (
        0,
        0,
        None,
        None,
    )


def test_an_address_leaves_out_what_is_empty() -> None:
    assert address(VALUES) == "?stand=mislukt"
    assert address({}) == "?"


def test_two_lists_on_one_page_turn_their_own_leaves() -> None:
    second = Pager.of("2", 450, VALUES, name="blad")
    assert second.previous == "?stand=mislukt&blad=1"
    assert second.following == "?stand=mislukt&blad=3"
