"""What staff hand in: a folder of files, whom each is for, and what is wrong."""

import csv
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from unicodedata import normalize

from app.filedrop import rules
from app.filedrop.rules import Label
from app.kernel.errors import Invalid
from storage import Piece

PIECE = 1 << 20
NAME, COMMUNITY = "Bestandsnaam", "Gemeenschap-ID"
REASON, DIGEST = "Reden", "SHA-256"
LONGEST_REASON = 200


@dataclass(frozen=True)
class Candidate:
    """A file on its way in: what it is, and for whom."""

    name: str
    label: Label
    community: str
    reason: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Found(Candidate):
    """One that lies in a folder, its bytes still to be sealed."""

    path: Path


@dataclass(frozen=True)
class Sums:
    """What is known of a file whose bytes went by."""

    size: int
    crc32: int
    sha256: str


@dataclass
class Digest:
    """Lets the bytes of a file pass once, and knows their sums afterwards."""

    size: int = 0
    crc32: int = 0
    _sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def over(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The file's bytes; Invalid as soon as they are too many, or none."""
        for piece in pieces:
            self.size += len(piece)
            rules.check_size(self.size)
            self.crc32 = zlib.crc32(piece, self.crc32)
            self._sha256.update(piece)
            yield piece
        rules.check_size(self.size)

    @property
    def sums(self) -> Sums:
        return Sums(self.size, self.crc32, self._sha256.hexdigest())


def pieces_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file in a folder."""
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(PIECE):
            yield piece


def sums_of(path: Path) -> Sums:
    """Size and sums of a file, read once."""
    digest = Digest()
    for _ in digest.over(pieces_of(path)):
        pass
    return digest.sums


def by_name(files: list[Path]) -> tuple[list[Found], list[str]]:
    """Each file's community from its name; and what is wrong, a sentence each."""
    return _gather(files, _named)


def adhoc(files: list[Path], community: str) -> tuple[list[Found], list[str]]:
    """One document for one community, whatever its name."""
    if len(files) != 1:
        raise Invalid("Met --adhoc gaat er precies één bestand naar één gemeenschap.")

    def bind(path: Path) -> Found:
        name = rules.clean_name(path.name)
        label = rules.label_of(name)
        if label.community and label.community != community:
            raise Invalid(
                f"Gemeenschap in de bestandsnaam ({label.community}) verschilt van "
                f"{community}."
            )
        return Found(name, label, community, path=path)

    return _gather(files, bind)


def by_manifest(files: list[Path], manifest: Path) -> tuple[list[Found], list[str]]:
    """Each file's community from the manifest, which names every file once."""
    lines = _manifest(manifest)
    files = [path for path in files if path.resolve() != manifest.resolve()]
    wrong = [
        f"{_shown(name)}: staat in het manifest, maar niet in de map."
        for name in lines.keys() - {_nfc(path.name) for path in files}
    ]

    def bind(path: Path) -> Found:
        line = lines.get(_nfc(path.name))
        if line is None:
            raise Invalid("staat niet in het manifest.")
        return _listed(path, line)

    candidates, problems = _gather(files, bind)
    return candidates, sorted(wrong) + problems


def files_in(folder: Path) -> list[Path]:
    """The files of a folder (or the one file), by name; folders in it are refused."""
    if folder.is_file():
        return [folder]
    found = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    strange = [path.name for path in found if path.is_symlink() or not path.is_file()]
    if strange:
        raise Invalid(f"{_shown(strange[0])}: dit is geen gewoon bestand.")
    if not found:
        raise Invalid(f"De map {folder.name} bevat geen bestanden.")
    if len(found) > rules.MOST_FILES:
        raise Invalid(
            f"De map bevat {len(found)} bestanden; een levering telt er hoogstens "
            f"{rules.MOST_FILES}."
        )
    return found


def _gather(
    files: list[Path], bind: Callable[[Path], Found]
) -> tuple[list[Found], list[str]]:
    candidates, wrong = [], []
    for path in files:
        try:
            rules.check_size(path.stat().st_size)
            candidates.append(_digested(bind(path)))
        except Invalid as unfit:
            wrong.append(f"{_shown(path.name)}: {unfit.sentence}")
    return candidates, wrong


def _digested(file: Found) -> Found:
    """The same file with its true SHA-256; Invalid if another one was promised."""
    sha256 = sums_of(file.path).sha256
    if file.sha256 not in {"", sha256}:
        raise Invalid("de controlesom in het manifest klopt niet met het bestand.")
    return replace(file, sha256=sha256)


def _named(path: Path) -> Found:
    name = rules.clean_name(path.name)
    label = rules.label_of(name)
    if not label.community:
        raise Invalid(
            f"de naam is niet van de vorm {rules.FORM}, en er is geen manifest."
        )
    return Found(name, label, label.community, path=path)


def _listed(path: Path, line: dict[str, str]) -> Found:
    name = rules.clean_name(path.name)
    label, community = rules.label_of(name), line[COMMUNITY]
    if label.community and label.community != community:
        raise Invalid(
            f"Gemeenschap in de bestandsnaam ({label.community}) verschilt van die in "
            f"het manifest ({community})."
        )
    reason = " ".join(line.get(REASON, "").split())
    if not (reason or " ").isprintable():
        raise Invalid("De reden in het manifest bevat een onzichtbaar teken.")
    if len(reason) > LONGEST_REASON:
        raise Invalid("De reden in het manifest is te lang.")
    sha256 = line.get(DIGEST, "").lower()
    return Found(name, label, community, reason, sha256, path=path)


def _manifest(path: Path) -> dict[str, dict[str, str]]:
    """The manifest's lines by file name; Invalid names the first line that is wrong."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Invalid(f"Manifest {path.name}: dit is geen UTF-8.") from broken
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    lines: dict[str, dict[str, str]] = {}
    try:
        if missing := {NAME, COMMUNITY} - set(rows.fieldnames or ()):
            raise Invalid(f"Manifest, regel 1: kolom {min(missing)} ontbreekt.")
        for row in rows:
            _add_line(lines, row, rows.line_num)
    except csv.Error as broken:
        at = rows.reader.line_num
        raise Invalid(f"Manifest, regel {at}: geen geldige CSV.") from broken
    return lines


def _add_line(lines: dict[str, dict[str, str]], row: dict[str, str], at: int) -> None:
    if None in row or None in row.values():
        raise Invalid(f"Manifest, regel {at}: verkeerd aantal kolommen.")
    name = _nfc(row[NAME])
    if not name:
        raise Invalid(f"Manifest, regel {at}: de bestandsnaam ontbreekt.")
    if name in lines:
        raise Invalid(f"Manifest, regel {at}: {_shown(name)} staat er twee keer in.")
    lines[name] = row


def _nfc(name: str) -> str:
    """One spelling of a name: a folder and a list may come from different machines."""
    return normalize("NFC", name)


def _shown(name: str) -> str:
    """A name that may be hostile, safe to print on one line."""
    return "".join(c if c.isprintable() else "?" for c in name)[:120]
