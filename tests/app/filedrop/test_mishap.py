"""How much may be missing before it looks like the wrong disk."""

import pytest

from app.filedrop.rules import is_mishap
from app.filedrop.service_days import digest


@pytest.mark.parametrize(
    ("count", "of", "mishap"),
    [(0, 0, True), (5, 5, True), (6, 29, False), (6, 30, True), (200, 999, False)],
)
def test_a_few_are_a_mishap_and_a_fifth_is_the_most(
    count: int, of: int, *, mishap: bool
) -> None:
    assert is_mishap(count, of=of) is mishap


def test_a_digest_stands_for_these_blobs_in_any_order() -> None:
    assert digest(["b", "a"]) == digest(["a", "b"])
    assert digest(["a", "b"]) != digest(["ab"])
