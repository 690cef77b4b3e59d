"""The last midnight: until then it is there, from then on it is gone."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import pytest

from app.filedrop.streams import TooLate
from tests.cast import AN_TOO, BO_MOBILE, NOORD, ZUID, Cast, correction
from tests.days import MINUTE, NAME, OVER, SECOND
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]


def test_until_midnight_it_is_there_and_from_then_on_it_is_gone(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.clock.now = OVER - SECOND
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open(f"{link}/download").status_code == 200
    assert an.open(link).status_code == 200

    cast.clock.now = OVER
    for path in (link, f"{link}/download", f"/bestanden/zip?id={link[11:]}"):
        answer = an.open(path)
        assert answer.status_code == 410
        assert "Dit bestand is op 25-11-2026 verwijderd" in an.text
        assert "Hebt u het nog nodig? Bel 078 35 35 34 ." in an.text
        assert b"van Noord" not in answer.data
    ranged = an.open(f"{link}/download", headers={"Range": "bytes=5-9"})
    assert ranged.status_code == 410
    head = an.client.head(f"{link}/download", base_url=SITE)
    assert head.status_code == 410
    an.open("/bestanden/")
    assert "Er staan nog geen bestanden klaar." in an.text

    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    assert bo.open(link).status_code == 404
    assert bo.open(f"{link}/download").status_code == 404


def test_of_several_the_page_names_what_is_gone_and_offers_the_rest(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.clock.forward(days=1)
    cast.publish({correction(NOORD, version=2): b"tweede"})
    younger = cast.file(correction(NOORD, version=2)).public_id
    cast.clock.now = OVER
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open(f"/bestanden/zip?id={link[11:]}&id={younger}").status_code == 410
    assert f"{NAME} is intussen vervallen." in an.text
    assert "Download het andere bestand" in an.text
    assert an.open(f"/bestanden/zip?id={younger}").status_code == 200


def test_the_mailed_link_to_a_delivery_says_when_it_went(
    cast: Cast, link: str, visitor: Arrive
) -> None:
    cast.register(AN_TOO)
    both = cast.publish({correction(NOORD, version=2): b"x", correction(ZUID): b"y"})
    cast.clock.now = OVER
    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open(f"/bestanden/?levering={both.delivery}").status_code == 410
    assert "Deze bestanden zijn op 25-11-2026 verwijderd" in an.text
    assert an.open(f"/bestanden/?levering={'A' * 22}").status_code == 200


def test_an_admitted_download_may_run_for_another_quarter(
    cast: Cast, visitor: Arrive
) -> None:
    cast.everybody()
    cast.settled()
    cast.publish({NAME: bytes(3 << 20)})
    link = cast.link(NAME)
    cast.clock.now = OVER - SECOND
    an = visitor()
    an.sign_in(cast, "an.peeters")

    def taken_until(moment: datetime) -> int:
        """How many pieces come when all but the first are taken at that moment."""
        cast.clock.now = OVER - SECOND
        with closing(an.client.get(link, base_url=SITE)) as answer:
            stream = filter(None, answer.iter_encoded())
            next(stream)
            cast.clock.now = moment
            return 1 + len(list(stream))

    assert taken_until(OVER + 14 * MINUTE) == 3
    with pytest.raises(TooLate):
        taken_until(OVER + 15 * MINUTE)
