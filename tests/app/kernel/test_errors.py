import pytest

from app.kernel import errors
from app.kernel.errors import AppError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound(), 404),
        (errors.Gone("Voorbij."), 410),
        (errors.Forbidden(), 403),
        (errors.Conflict(), 409),
        (errors.Invalid(), 422),
        (errors.Throttled(after=60), 429),
        (errors.Busy("Druk.", after=5), 503),
        (errors.Full(), 507),
    ],
)
def test_an_error_knows_its_status_and_its_sentence(
    error: AppError, status: int
) -> None:
    assert error.status == status
    assert str(error) == error.sentence
    assert getattr(error, "after", 5) in {5, 60}
