"""A chain tells what was done to it, and on which line that begins."""

from collections.abc import Iterable

import pytest

from app.kernel import chain
from app.kernel.chain import START, Broken, Fault, Head, Link, Seals

OURS = Seals.parse("new:" + "N" * 43 + ", old:" + "O" * 43 + "=")
OLD = Seals({"old": OURS.keys["old"]})
THEIRS = Seals({"new": b"a key of somebody else, 32 bytes"})


def bound(lines: Iterable[str], seals: Seals = OURS) -> list[Link]:
    """A chain over these lines, each with its number in it, as the house writes."""
    links, head = [], START
    for number, said in enumerate(lines, start=1):
        line = chain.written({"number": number, "said": said})
        head = chain.after(head, line)
        key_id, seal = seals.make(head.digest)
        links.append(Link(head.number, line, head.digest, seal, key_id))
    return links


def head(links: list[Link], number: int) -> Head:
    return Head(number, links[number - 1].digest)


def broken(links: Iterable[Link], *held: Head) -> Broken | None:
    return chain.check(links, OURS, held).broken


TEN = bound("abcdefghij")


def test_a_chain_that_nobody_touched_holds_to_its_end() -> None:
    assert chain.check(TEN, OURS) == (head(TEN, 10), None)
    assert chain.check([], OURS, [START]) == (START, None)
    assert broken(TEN, head(TEN, 1), head(TEN, 7), head(TEN, 10)) is None


def test_what_an_earlier_key_sealed_holds_as_long_as_the_key_is_there() -> None:
    links = bound("abc", OLD)
    assert broken(links) is None
    assert chain.check(links, THEIRS).broken == Broken(1, 1, Fault.FORGED)


@pytest.mark.parametrize("number", [1, 5, 10])
def test_an_edited_line_is_named(number: int) -> None:
    links = list(TEN)
    links[number - 1] = links[number - 1]._replace(line=b'{"said":"x"}')
    assert broken(links) == Broken(number, number, Fault.EDITED)


def test_a_removed_line_is_named_with_its_link_or_without() -> None:
    without_line = [*TEN[:3], TEN[3]._replace(line=None), *TEN[4:]]
    assert broken(without_line) == Broken(4, 4, Fault.REMOVED)
    assert broken([*TEN[:3], *TEN[4:]]) == Broken(4, 4, Fault.REMOVED)


def test_lines_that_changed_places_are_named_by_the_first() -> None:
    swapped = [
        *TEN[:2],
        TEN[2]._replace(line=TEN[6].line),
        *TEN[3:6],
        TEN[6]._replace(line=TEN[2].line),
        *TEN[7:],
    ]
    assert broken(swapped) == Broken(3, 3, Fault.EDITED)


def test_who_rebuilds_it_without_the_key_is_found_out_at_the_first_line() -> None:
    assert broken(bound("abcXefghij", THEIRS)) == Broken(1, 1, Fault.FORGED)
    grown = [*TEN[:3], *bound("abcXefghij", THEIRS)[3:]]
    assert broken(grown) == Broken(4, 4, Fault.FORGED)
    unknown = TEN[0]._replace(key_id="theirs")
    assert broken([unknown, *TEN[1:]]) == Broken(1, 1, Fault.FORGED)


def test_who_rebuilds_it_with_the_key_is_found_out_by_a_head_that_somebody_held() -> (
    None
):
    rebuilt = bound("abcXefghij")
    assert broken(rebuilt) is None
    held = head(TEN, 3), head(TEN, 6), head(TEN, 9)
    assert broken(rebuilt, *held) == Broken(4, 6, Fault.REWRITTEN)


def test_an_end_that_was_cut_off_is_missed_by_who_held_it() -> None:
    assert broken(TEN[:6]) is None
    assert broken(TEN[:6], head(TEN, 4), head(TEN, 9)) == Broken(7, 9, Fault.TRUNCATED)
    assert broken([], head(TEN, 2)) == Broken(1, 2, Fault.TRUNCATED)


def test_of_two_heads_for_one_line_one_is_wrong() -> None:
    lie = Head(4, bytes(32))
    assert broken(TEN, head(TEN, 4), lie) == Broken(1, 4, Fault.REWRITTEN)


def test_the_same_values_are_always_written_the_same() -> None:
    one = chain.written({"b": "é\n\t", "a": {"y": 1, "x": "\U0001f511"}})
    assert one == (b'{"a":{"x":"\\ud83d\\udd11","y":1},"b":"\\u00e9\\n\\t"}')


def test_a_head_is_read_as_letters_write_it() -> None:
    held = head(TEN, 10)
    assert Head.parse(str(held)) == held
    assert Head.parse(f" 10:\n{held.digest.hex().upper()} ") == held


@pytest.mark.parametrize("text", ["", "10", "0:" + "a" * 64, "10:" + "g" * 64, "x:y"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimals"):
        Head.parse(text)


def test_without_keys_there_is_no_notary() -> None:
    assert not Seals.parse("")
    assert OURS
    assert "N" * 43 not in repr(OURS)
