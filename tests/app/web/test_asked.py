import pytest

from app.web.asked import one_line, row_number, typed


@pytest.mark.parametrize(
    ("text", "meant"),
    [(" maart ", "maart"), ("ma\0art", "maart"), ("\0", ""), ("x" * 101, "x" * 100)],
)
def test_what_somebody_typed_can_be_looked_up(text: str, meant: str) -> None:
    assert typed({"zoek": text}, "zoek") == meant
    assert typed({}, "zoek") == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (None, ""),
        (" om je\r\nzonnepanelen ", "om je zonnepanelen"),
        ("a\0b \0 \u202ec", "ab c"),
        ("\ufeff\u200b", ""),
        ("d'Haese – 100\u00a0%", "d'Haese – 100 %"),
    ],
)
def test_what_is_kept_of_a_line_can_be_seen(text: str | None, kept: str) -> None:
    assert one_line(text) == kept


def test_a_row_has_a_number_of_its_own_size() -> None:
    assert row_number("2147483647") == 2**31 - 1
    for text in ("2147483648", "0", "-1", "x", "9" * 30):
        with pytest.raises(ValueError, match=text):
            row_number(text)
