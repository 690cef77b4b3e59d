"""A new master key while the portal serves, and the day on which the old one may go."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage import KeyRefused
from tests.cast import NOORD, Cast, correction
from tests.fakes_storage import WHY
from tests.masters import NEW, OLD, Rotate, needed, type_
from tests.visitor import SITE, Visitor

NAME, CONTENT = correction(NOORD), b"van Noord" * 1000


def test_from_the_first_rewrap_to_the_day_the_old_key_goes(
    cast: Cast, rotate: Rotate
) -> None:
    cast.everybody()
    cast.settled()
    cast.publish({NAME: CONTENT})
    file = cast.file(NAME)
    assert file.sealed_key
    before = rotate(OLD)
    assert needed(before, "test") == {
        "days": 1,
        "letters": 1,
        "passwords": 1,
        "initial passwords": 1,
    }
    both = rotate(f"{NEW},{OLD}")
    would = type_(both, "storage", "rewrap", "--dry-run").stdout
    assert would.startswith("Zou onder new: 1 dag, 1 brief en 0 bewaarde stukken.")
    assert needed(both, "new") == {}
    done = type_(both, "storage", "rewrap").stdout
    assert done.startswith("Onder new: 1 dag, 1 brief en 0 bewaarde stukken.")
    assert needed(both, "new") == {"days": 1, "letters": 1}
    assert needed(both, "test") == {"passwords": 1, "initial passwords": 1}
    assert len(cast.mails("an@noord.example")) == 1, "its words are still there"

    an = Visitor(both.test_client())
    an.sign_in(cast, "an.peeters")
    assert needed(both, "test") == {"initial passwords": 1}
    cast.clock.forward(days=7)
    assert "test: nergens meer nodig, mag uit MASTER_KEYS." in (
        type_(both, "storage", "keys").stdout
    )
    alone = rotate(NEW)
    an = Visitor(alone.test_client())
    an.sign_in(cast, "an.peeters")
    answer = an.open(f"/bestanden/{file.public_id}/download")
    assert answer.data == CONTENT
    rotate(OLD)
    with pytest.raises(KeyRefused):
        cast.runtime.keys.unseal(file.key_day, file.sealed_key, WHY)


def test_a_key_that_is_still_needed_and_gone_is_told(
    cast: Cast, rotate: Rotate
) -> None:
    cast.everybody()
    cast.settled()
    told = type_(rotate(NEW), "storage", "keys").stdout
    assert "test: ontbreekt in MASTER_KEYS, en is nodig: 1 wachtwoord, 1 ini" in told


def test_nobody_notices_while_keys_are_wrapped_anew(
    cast: Cast, rotate: Rotate, tmp_path: Path
) -> None:
    cast.everybody()
    cast.settled()
    cast.publish({NAME: CONTENT})
    path = cast.link(NAME)
    both, back = rotate(f"{NEW},{OLD}"), rotate(f"{OLD},{NEW}")
    an = Visitor(both.test_client())
    an.sign_in(cast, "an.peeters")
    cookie = an.client.get_cookie("__Host-sid", domain="bestanden.example")
    assert cookie

    def download(_: int) -> bytes:
        client = both.test_client(use_cookies=False)
        headers = {"Cookie": f"__Host-sid={cookie.value}"}
        content: bytes = client.get(path, headers=headers, base_url=SITE).data
        return content

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(download, range(16))
        for app in (both, back) * 4:  # by this thread: a command's output is its own
            type_(app, "storage", "rewrap")
        assert set(answers) == {CONTENT}
