"""Whole addresses and numbers are for who mails and calls; the others see a trace."""

from collections.abc import Callable

import pytest

from tests.cast import AN_MOBILE, NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import begin, send
from tests.visitor import Visitor

COMMUNITY, DELIVERY = f"/beheer/gemeenschappen/{NOORD}", "/beheer/leveringen/{}"
EMAIL = "an@noord.example"
Colleague = Callable[[str], Visitor]
pytestmark = ONE_DATABASE


@pytest.mark.parametrize("role", ["releaser", "admin"])
def test_who_follows_up_sees_how_to_reach_somebody(
    role: str, delivery: str, colleague: Colleague
) -> None:
    sam = colleague(role)
    sam.open(COMMUNITY)
    assert EMAIL in sam.text
    assert AN_MOBILE in sam.text
    sam.open(DELIVERY.format(delivery))
    assert f"Bel {AN_MOBILE}" in sam.text


@pytest.mark.parametrize("role", ["uploader", "auditor"])
def test_who_only_looks_recognises_somebody(
    role: str, delivery: str, colleague: Colleague
) -> None:
    sam = colleague(role)
    sam.open(COMMUNITY)
    assert "a…@noord.example" in sam.text
    assert "… 27" in sam.text
    for page in (COMMUNITY, DELIVERY.format(delivery)):
        assert sam.open(page).status_code == 200
        assert EMAIL not in sam.text
        assert AN_MOBILE not in sam.text


@pytest.mark.parametrize(
    ("role", "shown"), [("uploader", "a…@noord.example"), ("releaser", EMAIL)]
)
def test_a_letter_to_look_at_keeps_to_the_same_rule(
    role: str, shown: str, cast: Cast, colleague: Colleague
) -> None:
    cast.everybody()
    mieke = colleague(role)
    draft = begin(mieke)
    send(mieke, draft, correction(NOORD), b"x")
    mieke.open(f"{draft}/berichten")
    assert f"Aan An Peeters, {shown} " in mieke.text


@pytest.mark.parametrize(("role", "found"), [("auditor", False), ("releaser", True)])
def test_a_masked_address_is_not_told_letter_by_letter(
    role: str, *, found: bool, cast: Cast, colleague: Colleague
) -> None:
    cast.everybody()
    sam = colleague(role)
    sam.open("/beheer/gemeenschappen/?zoek=an@noord")
    assert ("Zonnedelen Noord cv" in sam.text) is found
    sam.open("/beheer/gemeenschappen/?zoek=an.peeters")
    assert "Zonnedelen Noord cv" in sam.text
