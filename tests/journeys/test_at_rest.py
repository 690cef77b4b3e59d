"""Files lie sealed and are never held whole; hostile names come out right."""

import csv
import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from click.testing import Result
from werkzeug.http import parse_options_header

from app.filedrop.rules import clean_name
from app.kernel.errors import Invalid
from tests.cast import AN_TOO, NOORD, ZUID, Cast, correction
from tests.hostile import NAMES
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
Command = Callable[..., Result]
MEBIBYTE = 1 << 20
CANARY = b"kanarie-541449999000000017-in-klare-tekst"
NAME = correction(NOORD)


def lying_about(folder: Path) -> Iterator[Path]:
    """All files of this installation; not the folders that staff handed in."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.relative_to(folder).parts[0].startswith("batch"):
            yield path


def test_no_plaintext_lies_anywhere_while_it_is_kept_and_handed_over(
    cast: Cast, visitor: Arrive, tmp_path: Path
) -> None:
    cast.everybody()
    name = correction(NOORD)
    for_both = {name: CANARY * 50_000, correction(ZUID): CANARY}
    cast.register(AN_TOO)
    cast.publish(for_both)
    waiting = list(lying_about(tmp_path))
    assert any(path.name.endswith("-wal") for path in waiting) or (
        cast.runtime.database.engine.dialect.name != "sqlite"
    )
    an = visitor()
    initial = cast.initial_password("an@noord.example")
    an.first_sign_in(cast, "an.peeters", initial)
    ids = [cast.file(one).public_id for one in for_both]
    zipped = an.client.get(f"/bestanden/zip?id={ids[0]}&id={ids[1]}", base_url=SITE)
    with closing(zipped):
        stream = zipped.iter_encoded()
        next(stream)
        found = [
            path for path in lying_about(tmp_path) if b"kanarie" in path.read_bytes()
        ]
        assert found == []
        assert CANARY in b"".join(stream)
    secrets = (b"kanarie", initial.encode(), cast.code("+32470112227").encode())
    for path in lying_about(tmp_path):
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content], path


def test_a_large_file_is_taken_in_and_handed_out_without_being_held(
    cast: Cast, visitor: Arrive
) -> None:
    cast.everybody()
    cast.settled()
    cast.publish({correction(ZUID): b"x"})
    batch = cast.batch({})
    with (batch / NAME).open("wb") as file:
        file.truncate(48 * MEBIBYTE)
    an = visitor()
    an.sign_in(cast, "an.peeters")
    tracemalloc.start()
    try:
        cast.publish_folder(batch)
        an.client.head("/bestanden/", base_url=SITE)
        link = cast.link(NAME)
        with closing(an.client.get(link, base_url=SITE)) as answer:
            assert sum(map(len, answer.iter_encoded())) == 48 * MEBIBYTE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MEBIBYTE


def test_hostile_names_come_out_right_everywhere(
    cast: Cast, visitor: Arrive, command: Command
) -> None:
    cast.everybody()
    cast.settled()
    batch, kept = cast.batch({}), dict[str, str]()
    for name in NAMES:
        try:
            clean = clean_name(name)
        except Invalid:
            continue
        if not set(name) & set("/\0\udce9") and clean not in kept:
            kept[clean] = name
            (batch / name).write_bytes(clean.encode())
    assert len(kept) >= 150
    with (batch / "M").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(["Bestandsnaam", "Gemeenschap-ID"])
        lines.writerows([name, NOORD] for name in kept.values())
    done = command(
        "filedrop", "publish", batch, "--manifest", batch / "M", "--by", "sam.claes"
    )
    assert done.exit_code == 0, done.stderr
    (letter,) = cast.mails("an@noord.example")
    assert all(name in letter.text for name in kept)

    an = visitor()
    an.sign_in(cast, "an.peeters")
    assert an.open("/bestanden/").status_code == 200
    page = an.open("/bestanden/").get_data(as_text=True)
    ids = list(dict.fromkeys(re.findall(r'name="id" value="([\w-]{22})"', page)))
    assert len(ids) == len(kept)
    for one in ids[::10]:
        answer = an.open(f"/bestanden/{one}/download")
        _, options = parse_options_header(answer.headers["Content-Disposition"])
        assert answer.data.decode() == options["filename"]
    an.open("/bestanden/")
    an.submit("/bestanden/kiezen", {"id": ids, "actie": "download"})
    with zipfile.ZipFile(io.BytesIO(an.follow().data)) as archive:
        for name in archive.namelist():
            assert "/" not in name
            assert archive.read(name).decode() in kept
