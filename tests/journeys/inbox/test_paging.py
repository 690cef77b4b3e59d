"""A list of hundreds, a page at a time; what is offered as all stays all."""

import io
from zipfile import ZipFile

import pytest

from tests.cast import NOORD, Cast, correction
from tests.databases import ONE_DATABASE
from tests.inbox import ids
from tests.visitor import Visitor

pytestmark = ONE_DATABASE
NAMES = [
    correction(NOORD, month=f"{2005 + n // 12}-{n % 12 + 1:02}") for n in range(203)
]


@pytest.fixture
def hers(an: Visitor, cast: Cast) -> Visitor:
    """An, at a list of two pages."""
    cast.publish({name: name.encode() for name in NAMES})
    return an


def test_a_long_list_comes_in_pages_and_says_how_much_there_is(hers: Visitor) -> None:
    first = ids(hers)
    assert len(first) == 200
    assert "1 tot 200 van 203" in hers.text
    assert "Aantal bestanden: 203" in hers.text
    assert "Nieuw 203" in hers.text
    hers.open("/bestanden/?pagina=2")
    assert "201 tot 203 van 203" in hers.text
    hers.open("/bestanden/?sorteer=naam&pagina=2")
    assert NAMES[-1] in hers.text
    assert NAMES[0] not in hers.text


def test_all_that_is_new_comes_as_one_whatever_the_page(hers: Visitor) -> None:
    hers.open("/bestanden/?zoek=2005")
    assert "12 nieuwe bestanden" in hers.text
    hers.open("/bestanden/")
    hers.submit("/bestanden/kiezen", {"nieuw": "1", "zoek": ""})
    taken = hers.follow()
    assert sorted(ZipFile(io.BytesIO(taken.data)).namelist()) == sorted(NAMES)


def test_what_was_ticked_on_a_later_page_is_there_again(hers: Visitor) -> None:
    page = hers.open("/bestanden/?pagina=2").get_data(as_text=True)
    ticked = page.split('id="kies-')[1][:22]
    page = hers.open(f"/bestanden/?id={ticked}").get_data(as_text=True)
    assert "201 tot 203 van 203" in hers.text
    assert f'id="kies-{ticked}" name="id" value="{ticked}"' in page
