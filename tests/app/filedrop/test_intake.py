"""What staff hand in: each file bound to a community, or one sentence why not."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from app.filedrop import intake
from app.filedrop.intake import Found
from app.kernel.errors import Invalid

NOORD = "CORR_2026-09_EG0000001_V01.csv"
HEADER = "Bestandsnaam;Gemeenschap-ID;Reden;SHA-256\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "levering"
    folder.mkdir()
    (folder / NOORD).write_bytes(b"noord")
    return folder


def manifest(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "MANIFEST_2026-09_L20261026.csv"
    path.write_bytes((header + "\n".join(lines)).encode())
    return path


def by_manifest(folder: Path, path: Path) -> tuple[list[Found], list[str]]:
    return intake.by_manifest(intake.files_in(folder), path)


def refusal(folder: Path, path: Path) -> str:
    with pytest.raises(Invalid) as refused:
        by_manifest(folder, path)
    return refused.value.sentence


def test_a_name_binds_a_file_and_the_sum_is_taken(folder: Path) -> None:
    ((file,), wrong) = intake.by_name(intake.files_in(folder))
    assert (file.community, file.name, wrong) == ("EG0000001", NOORD, [])
    assert file.sha256 == sha256(b"noord").hexdigest()


def test_a_name_without_a_community_needs_a_manifest(folder: Path) -> None:
    (folder / "brief.pdf").write_bytes(b"%PDF")
    files, (sentence,) = intake.by_name(intake.files_in(folder))
    assert [file.name for file in files] == [NOORD]
    assert sentence.startswith("brief.pdf: de naam is niet van de vorm CORR_")


def test_an_empty_file_is_refused_by_its_name(folder: Path) -> None:
    (folder / NOORD).write_bytes(b"")
    assert intake.by_name(intake.files_in(folder)) == (
        [],
        [f"{NOORD}: Het bestand is leeg (0 bytes)."],
    )


def test_two_gibibytes_are_refused_without_being_read(folder: Path) -> None:
    os.truncate(folder / NOORD, 2**31)
    assert intake.by_name(intake.files_in(folder))[1] == [
        f"{NOORD}: Het bestand is te groot: 2 GiB of meer."
    ]


def test_a_name_that_grows_past_255_bytes_in_its_one_spelling_is_refused(
    folder: Path,
) -> None:
    (folder / ("\ufb2a" * 80)).write_bytes(b"x")
    _, (sentence,) = intake.by_name(intake.files_in(folder))
    assert sentence.endswith("De naam van het bestand is langer dan 255 bytes.")


def test_a_hostile_name_is_told_on_one_line(folder: Path) -> None:
    (folder / "a\n\x1b[31mb\udce9.csv").write_bytes(b"x")
    _, (sentence,) = intake.by_name(intake.files_in(folder))
    assert sentence.startswith("a??[31mb?.csv: ")


def test_a_folder_holds_files_and_nothing_else(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"x")
    assert [path.name for path in intake.files_in(folder)] == [NOORD]
    (folder / "onder").mkdir()
    with pytest.raises(Invalid, match="onder: dit is geen gewoon bestand"):
        intake.files_in(folder)


def test_a_link_to_elsewhere_is_no_file(folder: Path) -> None:
    (folder / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(Invalid, match=r"link\.csv: dit is geen gewoon bestand"):
        intake.files_in(folder)


def test_an_empty_folder_is_no_delivery(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="bevat geen bestanden"):
        intake.files_in(tmp_path)


def test_a_delivery_has_at_most_five_thousand_files(tmp_path: Path) -> None:
    for number in range(5001):
        (tmp_path / f"{number}").touch()
    with pytest.raises(Invalid, match="bevat 5001 bestanden"):
        intake.files_in(tmp_path)


def test_a_document_goes_to_one_community_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "brief.pdf"
    path.write_bytes(b"%PDF")
    ((file,), wrong) = intake.adhoc(intake.files_in(path), "EG0000001")
    assert (file.community, file.label.kind, wrong) == ("EG0000001", "adhoc", [])


def test_a_document_that_names_another_community_is_refused(folder: Path) -> None:
    files, (sentence,) = intake.adhoc(intake.files_in(folder), "EG0000002")
    assert files == []
    assert "(EG0000001) verschilt van EG0000002" in sentence


def test_one_document_is_one_file(folder: Path) -> None:
    (folder / "tweede.pdf").write_bytes(b"x")
    with pytest.raises(Invalid, match="precies één bestand"):
        intake.adhoc(intake.files_in(folder), "EG0000001")


def test_a_manifest_binds_any_name_and_gives_the_reason(folder: Path) -> None:
    (folder / "Sleutel é.pdf").write_bytes(b"x")
    digest = sha256(b"noord").hexdigest().upper()
    path = manifest(
        folder,
        f"{NOORD};EG0000001;meter\u00a0correctie ;{digest}",
        "Sleutel e\u0301.pdf;EG0000002;;",
    )
    files, wrong = by_manifest(folder, path)
    assert wrong == []
    assert [(f.name, f.community, f.reason) for f in files] == [
        (NOORD, "EG0000001", "meter correctie"),
        ("Sleutel é.pdf", "EG0000002", ""),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"{NOORD};EG0000002;;", "verschilt van die in het manifest (EG0000002)"),
        (f"{NOORD};EG0000001;;{'0' * 64}", "de controlesom in het manifest klopt niet"),
        (f"{NOORD};EG0000001;{'x' * 201};", "De reden in het manifest is te lang."),
        (f"{NOORD};EG0000001;a\u202eb;", "een onzichtbaar teken"),
        ("ander.csv;EG0000001;;", f"{NOORD}: staat niet in het manifest."),
        ("ander.csv;EG0000001;;", "ander.csv: staat in het manifest, maar niet in de"),
    ],
)
def test_a_manifest_that_contradicts_the_folder_is_refused(
    folder: Path, line: str, sentence: str
) -> None:
    _, wrong = by_manifest(folder, manifest(folder, line))
    assert any(sentence in problem for problem in wrong), wrong


@pytest.mark.parametrize(
    ("header", "line", "sentence"),
    [
        ("Bestand;Gemeenschap-ID\n", "", "regel 1: kolom Bestandsnaam ontbreekt"),
        ("Bestandsnaam;Groep\n", "", "regel 1: kolom Gemeenschap-ID ontbreekt"),
        ("", "", "regel 1: kolom Bestandsnaam ontbreekt"),
        ('"Bestandsnaam"x;y\n', "", "regel 1: geen geldige CSV"),
        (HEADER, "a;b", "regel 2: verkeerd aantal kolommen"),
        (HEADER, "a;b;c;d;e", "regel 2: verkeerd aantal kolommen"),
        (HEADER, "x;EG0000001;;\n;EG0000001;;", "regel 3: de bestandsnaam ontbreekt"),
        (HEADER, "x;EG0000001;;\nx;EG0000002;;", "regel 3: x staat er twee keer in"),
        (HEADER, 'x;"EG"0000001;;', "regel 2: geen geldige CSV"),
    ],
)
def test_a_manifest_is_refused_at_its_first_bad_line(
    folder: Path, header: str, line: str, sentence: str
) -> None:
    assert sentence in refusal(folder, manifest(folder, line, header=header))


def test_a_manifest_that_is_no_utf_8_is_refused(folder: Path) -> None:
    path = folder / "MANIFEST.csv"
    path.write_bytes(HEADER.encode() + b"\xe9;EG0000001;;\n")
    assert "MANIFEST.csv: dit is geen UTF-8" in refusal(folder, path)


def test_a_file_that_grew_past_the_limit_while_it_was_read_is_refused(
    folder: Path,
) -> None:
    digest = intake.Digest(size=2**31 - 1)
    with pytest.raises(Invalid, match="te groot"):
        list(digest.over(intake.pieces_of(folder / NOORD)))
