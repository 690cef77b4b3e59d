"""From a register and a folder to the very file in the manager's hands."""

from collections.abc import Callable

from tests.cast import NOORD, ZUID, Cast, correction
from tests.visitor import Visitor

CONTENT = b"kwartieren van Noord\r\n" * 1000


def test_the_link_of_the_first_letter_leads_to_the_very_file(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): CONTENT, correction(ZUID): b"van Zuid"})

    (letter,) = cast.mails("an@noord.example")
    link = letter.text.split("https://bestanden.example", 1)[1].split()[0]
    an = visitor()
    an.open(link)
    assert an.page is not None
    assert an.page.headers["Location"] == f"/aanmelden?verder={link}"

    initial = cast.initial_password("an@noord.example")
    came = an.first_sign_in(
        cast, "an.peeters", initial, path=f"/aanmelden?verder={link}"
    )
    assert came.headers["Location"] == link

    assert an.follow().status_code == 200
    assert correction(NOORD) in an.text
    got = an.open(f"{link}/download")
    assert got.status_code == 200
    assert got.data == CONTENT
