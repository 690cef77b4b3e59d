import pytest

from app.web.asked import row_number, typed


@pytest.mark.parametrize(
    ("text", "meant"),
    [(" maart ", "maart"), ("ma\0art", "maart"), ("\0", ""), ("x" * 101, "x" * 100)],
)
def test_what_somebody_typed_can_be_looked_up(text: str, meant: str) -> None:
    assert typed({"zoek": text}, "zoek") == meant
    assert typed({}, "zoek") == ""


def test_a_row_has_a_number_of_its_own_size() -> None:
    assert row_number("2147483647") == 2**31 - 1
    for text in ("2147483648", "0", "-1", "x", "9" * 30):
        with pytest.raises(ValueError, match=text):
            row_number(text)
