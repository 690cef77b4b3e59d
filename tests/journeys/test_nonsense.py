"""Addresses and forms that no page of ours made: refused or ignored, never a fault."""

from collections.abc import Callable

from tests.cast import NOORD, Cast
from tests.visitor import Visitor

HUGE = "9" * 30
BEYOND = str(2**31)
IGNORED = (
    "auditlog?wie=%00&bestand=%00&gemeenschap=%00&soort=%00",
    "auditlog?tot=9999-12-31",
    "auditlog?van=0001-01-01",
    f"auditlog?voor={HUGE}",
    f"auditlog?na={BEYOND}",
    "auditlog/csv?tot=9999-12-31",
    "leveringen/?zoek=%00",
    f"leveringen/?pagina={HUGE}",
    f"berichten/?pagina={HUGE}&stand=%00",
    f"gemeenschappen/?pagina={HUGE}&zoek=%00",
)


def test_nonsense_in_an_address_counts_as_not_asked(
    delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("admin")
    for path in IGNORED:
        assert sam.open(f"/beheer/{path}").status_code == 200, path


def test_a_number_that_no_row_can_have_leads_nowhere(
    delivery: str, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("admin")
    for number in (HUGE, BEYOND):
        manager = f"/beheer/gemeenschappen/{NOORD}/beheerders/{number}"
        assert sam.open(f"{manager}/adres").status_code == 404
        sam.open("/profiel")
        ended = sam.submit(f"/profiel/sessies/{number}/afmelden")
        assert ended.status_code == 404


def test_a_letter_of_no_number_sends_no_other_letter_again(
    delivery: str, cast: Cast, colleague: Callable[[str], Visitor]
) -> None:
    sam = colleague("releaser")
    for number in (HUGE, BEYOND, "alle", ""):
        sam.open("/profiel")
        again = sam.submit("/beheer/berichten/opnieuw", {"id": number})
        assert again.status_code == 404
    assert cast.audited("letter") == []
