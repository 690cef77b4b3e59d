"""What is asked of bytes by RFC 9110: ranges, and conditions on what one has."""

from http import HTTPStatus

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from app.filedrop.conditions import Plan, plan
from app.filedrop.rules import Range

SIZE, TAG = 20, "ab12"
WHOLE = Plan(HTTPStatus.OK, [(0, SIZE)])
NOTHING = Plan(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
SAME = Plan(HTTPStatus.NOT_MODIFIED)
UNMET = Plan(HTTPStatus.PRECONDITION_FAILED)
PAST = "Mon, 26 Oct 2026 09:00:00 GMT"


def planned(*, method: str = "GET", **headers: str) -> Plan:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    builder = EnvironBuilder(method=method, headers=list(named.items()))
    return plan(Request(builder.get_environ()), size=SIZE, tag=TAG)


def parts(*spans: Range) -> Plan:
    return Plan(HTTPStatus.PARTIAL_CONTENT, [*spans])


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 20),
        ("bytes=5-9", 5, 10),
        ("bytes=5-", 5, 20),
        ("bytes=19-19", 19, 20),
        ("bytes=5-900", 5, 20),
        ("bytes=-1", 19, 20),
        ("bytes=-20", 0, 20),
        ("bytes=-900", 0, 20),
        ("Bytes= 3-4 ", 3, 5),
        ("bytes=0-4,5-9", 0, 10),
        ("bytes=8-9, 2-8", 2, 10),
        ("bytes=,3-4 , ,", 3, 5),
        ("bytes=90-95,3-4", 3, 5),
    ],
)
def test_a_range_is_half_open_within_the_bytes(
    header: str, start: int, stop: int
) -> None:
    assert planned(Range=header) == parts((start, stop))


@pytest.mark.parametrize(
    "header", ["bytes=20-", "bytes=20-25", "bytes=-0", "bytes=,-0"]
)
def test_what_lies_past_the_end_cannot_be_had(header: str) -> None:
    assert planned(Range=header) == NOTHING


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=5",
        "bytes=9-5",
        "bytes=1- 2",
        "bytes=1-2,9-5",
        "bytes=٣-٤",
        "bytes=1-2;",
        "bytes=" + "9" * 30 + "-",
        "rows=1-2",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 18, 2)),
    ],
)
def test_what_is_no_range_or_too_many_gets_the_whole(header: str) -> None:
    assert planned(Range=header) == WHOLE


def test_parts_come_in_the_order_asked_unless_they_touch() -> None:
    assert planned(Range="bytes=8-9,2-3,-2") == parts((8, 10), (2, 4), (18, 20))
    assert planned(Range="bytes=8-9,2-3,4-5") == parts((2, 6), (8, 10))


def test_up_to_eight_parts_are_given() -> None:
    asked = ",".join(f"{n}-{n}" for n in range(0, 16, 2))
    assert len(planned(Range=f"bytes={asked}").parts) == 8


@pytest.mark.parametrize("condition", ['"other"', 'W/"ab12"', "ab12", PAST])
def test_a_range_is_given_only_of_the_very_bytes_it_was_begun_with(
    condition: str,
) -> None:
    assert planned(Range="bytes=5-9", If_Range='"ab12"') == parts((5, 10))
    assert planned(Range="bytes=5-9", If_Range=condition) == WHOLE


def test_a_condition_on_a_range_without_a_range_is_none() -> None:
    assert planned(If_Range='"other"') == WHOLE


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("known", ['"ab12"', 'W/"ab12"', '"x", "ab12"', "*"])
def test_who_has_it_already_is_told_so(method: str, known: str) -> None:
    asked = {"If_None_Match": known, "Range": "bytes=5-9"}
    assert planned(method=method, **asked) == SAME


@pytest.mark.parametrize("known", ['"other"', 'W/"ab1"', '"AB12"'])
def test_who_has_another_gets_this_one(known: str) -> None:
    assert planned(If_None_Match=known) == WHOLE
    assert planned(If_None_Match=known, Range="bytes=5-9") == parts((5, 10))


@pytest.mark.parametrize("wanted", ['"ab12"', '"x", "ab12"', "*"])
def test_who_wants_this_one_gets_it(wanted: str) -> None:
    assert planned(If_Match=wanted) == WHOLE
    assert planned(If_Match=wanted, If_None_Match='"ab12"') == SAME


@pytest.mark.parametrize("wanted", ['W/"ab12"', '"x"', 'W/"x", "y"'])
def test_who_wants_only_another_gets_nothing(wanted: str) -> None:
    assert planned(If_Match=wanted, If_None_Match='"ab12"') == UNMET
    assert planned(method="HEAD", If_Match=wanted, Range="bytes=5-9") == UNMET


def test_there_is_no_date_on_which_a_condition_could_depend() -> None:
    assert planned(If_Modified_Since=PAST, If_Unmodified_Since=PAST) == WHOLE


def test_ranges_are_of_get_alone() -> None:
    assert planned(method="HEAD", Range="bytes=5-9") == WHOLE
