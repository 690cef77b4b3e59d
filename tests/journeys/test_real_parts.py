"""A file's whole life over sockets, from the register to the end of its key."""

import io
import re
import shutil
import zipfile
from datetime import date
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.filedrop.models import DroppedFile
from storage import BlobMissing, KeyDestroyed
from tests.cast import NOORD, ZUID, correction
from tests.fakes_storage import WHY
from tests.guest import Guest
from tests.real import House, link, words

SEPTEMBER, OCTOBER = correction(NOORD), correction(NOORD, month="2026-10")
FIRST, SECOND = b"2026-09-01T00:00;1,25\r\n" * 90_000, b"2026-10;0,75\r\n" * 200
ANOTHER = "Drie wilgen aan de Schelde"
ID = r"[\w-]{22}"


def test_the_whole_life_of_a_file(house: House) -> None:
    house.register()
    house.publish({SEPTEMBER: FIRST, correction(ZUID): b"van Zuid"})
    (welcome,) = house.letters("an@noord.example")
    looks_like_fluvius(welcome, house)

    an = house.first_sign_in("an.peeters", welcome)
    assert SEPTEMBER in an.page.text
    september = file_id(link(words(welcome)))

    house.clock.forward(hours=1)
    october = second_delivery_says_no_password(house)
    an = house.sign_in("an.peeters")
    assert sorted(ids(an)) == sorted([september, october])
    assert correction(ZUID) not in an.page.text

    comes_whole_in_part_and_by_its_head(an, september)
    comes_as_one_zip(an, [september, october])
    goes_out_of_the_list_and_back(an, october)
    gets_a_new_password(house)
    hears_of_it_on_days_23_and_28(house)
    is_there_until_the_last_midnight(house, september)
    is_purged_and_its_key_destroyed(house, september)


def looks_like_fluvius(letter: EmailMessage, house: House) -> None:
    assert {sender for sender, _ in house.relay.envelopes} == {"no-reply@fluvius.be"}
    assert str(letter["From"]) == "Fluvius <no-reply@fluvius.be>"
    assert str(letter["To"]) == "An Peeters <an@noord.example>"
    assert str(letter["Subject"]).startswith("Bestand voor Zonnedelen Noord cv")
    assert letter["Date"].datetime == house.clock()
    assert re.fullmatch(r"<[\w-]+@fluvius\.be>", str(letter["Message-ID"]))
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "nl-BE"
    assert letter.get_content_type() == "multipart/alternative"
    parts = [part.get_content_type() for part in letter.iter_parts()]
    assert parts == ["text/plain", "text/html"]
    for said in (words(letter), words(letter, "html")):
        assert "an.peeters" in said
        assert not re.search(r"\b54\d{16}\b|<img|cid:", said)


def second_delivery_says_no_password(house: House) -> str:
    """The id of the file that its letter links to."""
    house.publish({OCTOBER: SECOND})
    *_, letter = house.letters("an@noord.example")
    said = words(letter) + words(letter, "html")
    assert "an.peeters" not in said
    assert "Initieel wachtwoord" not in said
    return file_id(link(words(letter)))


def comes_whole_in_part_and_by_its_head(an: Guest, september: str) -> None:
    path = f"/bestanden/{september}/download"
    got = an.open(path)
    assert (got.status, got.body) == (200, FIRST)
    assert got.headers["Content-Length"] == str(len(FIRST))
    assert SEPTEMBER in got.headers["Content-Disposition"]
    head = an.open(path, method="HEAD")
    assert (head.headers["Content-Length"], head.body) == (str(len(FIRST)), b"")
    across = {"Range": "bytes=1048570-1048585", "If_Range": got.headers["ETag"]}
    part = an.open(path, **across)
    assert (part.status, part.body) == (206, FIRST[1048570:1048586])
    assert Guest(an.site).open(path).status == 303


def comes_as_one_zip(an: Guest, chosen: list[str]) -> None:
    an.open("/bestanden/")
    an.submit("/bestanden/kiezen", {"id": chosen, "actie": "download"})
    got = an.follow()
    assert got.headers["Content-Length"] == str(len(got.body))
    with zipfile.ZipFile(io.BytesIO(got.body)) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {SEPTEMBER: FIRST, OCTOBER: SECOND}


def goes_out_of_the_list_and_back(an: Guest, october: str) -> None:
    an.open("/bestanden/")
    an.submit("/bestanden/kiezen", {"id": [october], "actie": "verwijderen"})
    an.follow()
    an.submit("/bestanden/verwijderen", {"id": [october]})
    an.follow()
    assert f'value="{october}"' not in rows(an)
    an.submit("/bestanden/terugzetten", {"id": [october]})
    an.follow()
    assert f'value="{october}"' in rows(an)


def gets_a_new_password(house: House) -> None:
    house.clock.forward(hours=2)
    guest = Guest(house.site)
    guest.open("/wachtwoord-vergeten")
    guest.submit("/wachtwoord-vergeten", {"login": "an.peeters"})
    house.tick("accounts.resets")
    *_, letter = house.letters("an@noord.example")
    way = link(words(letter))
    guest.open(way)
    guest.submit(way, {"nieuw_wachtwoord": ANOTHER})
    house.type_code(guest)
    assert "Meld u nu aan" in guest.page.text
    house.clock.forward(minutes=2)
    assert house.sign_in("an.peeters", ANOTHER).page.status == 200


def hears_of_it_on_days_23_and_28(house: House) -> None:
    before = len(house.letters("an@noord.example"))
    for day, names in ((18, ()), (23, (SEPTEMBER, OCTOBER))):
        house.clock.set(2026, 11, day, 6, 59)
        assert house.tick("filedrop.remind") == 0
        house.clock.set(2026, 11, day, 7)
        house.tick("filedrop.remind")
        said = [words(letter) for letter in house.letters("an@noord.example")[before:]]
        assert all(name in said[-1] for name in names) if names else not said
    assert len(said) == 1
    assert "24-11-2026" in said[0]


def is_there_until_the_last_midnight(house: House, september: str) -> None:
    house.clock.set(2026, 11, 24, 22, 50)
    an = house.sign_in("an.peeters", ANOTHER, to=f"/bestanden/{september}")
    assert SEPTEMBER in an.page.text
    house.clock.set(2026, 11, 24, 22, 59, 59)
    assert an.open(f"/bestanden/{september}/download").body == FIRST
    house.clock.forward(seconds=1)
    for path in (f"/bestanden/{september}", f"/bestanden/{september}/download"):
        over = an.open(path)
        assert over.status == 410
        assert "Dit bestand is op 25-11-2026 verwijderd" in over.text
        assert "078 35 35 34" in over.text


def is_purged_and_its_key_destroyed(house: House, september: str) -> None:
    kept = row(house, september)
    copy = shutil.copytree(house.folder / "blobs", house.folder / "copied")
    assert kept.sealed_key is not None
    house.tick("filedrop.purge")
    assert row(house, september).purged_at is None
    house.clock.forward(minutes=15)
    house.tick("filedrop.purge")
    assert row(house, september).sealed_key is None
    data_key = house.runtime.keys.unseal(kept.key_day, kept.sealed_key, WHY)
    with pytest.raises(BlobMissing):
        house.runtime.blobs.open(kept.blob_key, data_key)

    house.clock.forward(hours=24)
    house.tick("filedrop.keys")
    assert kept.key_day not in house.runtime.keys.days()
    shutil.copytree(copy, house.folder / "blobs", dirs_exist_ok=True)
    with pytest.raises(KeyDestroyed):
        house.runtime.keys.unseal(kept.key_day, kept.sealed_key, WHY)
    assert date(2026, 11, 25) == kept.key_day


def row(house: House, public_id: str) -> DroppedFile:
    with house.runtime.reading() as session:
        asked = select(DroppedFile).where(DroppedFile.public_id == public_id)
        return session.scalars(asked).one()


def file_id(address: str) -> str:
    return address.rpartition("/")[2]


def ids(guest: Guest) -> list[str]:
    return re.findall(rf'name="id" value="({ID})"', rows(guest))


def rows(guest: Guest) -> str:
    """The table of the list, without what can be undone or was taken out."""
    found = re.search(r"<tbody.*?</tbody>", guest.page.body.decode(), re.DOTALL)
    assert found
    return found[0]
