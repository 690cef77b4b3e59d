"""What a line of a register changes against what is known."""

import pytest

from app.communities.rules import Line, News, news_of, shifts_of

NAME, CONTACT = "Noord", ("An", "an@noord.example", "+32470112227")
LINE = Line("EG0000001", NAME, "an.peeters", *CONTACT)
ELSEWHERE = ("An", "an@nieuw.example", "+32470112227")


@pytest.mark.parametrize(
    ("name", "contact", "is_tied", "news"),
    [
        (NAME, CONTACT, True, ()),
        (NAME, CONTACT, False, (News.TIE,)),
        ("Zuid", CONTACT, True, (News.NAME,)),
        (NAME, ELSEWHERE, True, (News.CONTACT,)),
        (None, None, False, (News.COMMUNITY, News.MANAGER, News.TIE)),
    ],
)
def test_a_line_tells_its_news(
    *,
    name: str | None,
    contact: tuple[str, str, str] | None,
    is_tied: bool,
    news: tuple[News, ...],
) -> None:
    assert news_of(LINE, name=name, contact=contact, is_tied=is_tied) == news


def test_each_value_that_is_replaced_is_told_with_the_one_before() -> None:
    assert shifts_of(LINE, name="Zuid", contact=ELSEWHERE) == (
        ("Zuid", NAME),
        ("an@nieuw.example", "an@noord.example"),
    )
    assert shifts_of(LINE, name=None, contact=None) == ()
