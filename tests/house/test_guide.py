"""The guide leads somewhere, shows what we took, and quotes what the screen says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.catalogue import current
from tests.house.source import ROOT, nothing
from tests.pictures.album import PICTURES

GUIDE = sorted((ROOT / "docs" / "user-guide").glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDE]
FOLDER = ROOT / "docs" / "pictures"
KIB = 1024
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
LABEL = re.compile(r"\*\*([^*\n]+)\*\*")
VALUE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def anchor(heading: str) -> str:
    """As the pages of a repository name the place of a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def anchors(text: str) -> set[str]:
    return {anchor(heading) for heading in HEADING.findall(text)}


def dead(page: Path, text: str) -> Iterator[str]:
    """Links of this site that lead to no file, or to no heading of it."""
    for target in (link or picture for link, picture in LINK.findall(text)):
        name, _, place = target.partition("#")
        if ":" in name:
            continue
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            yield f"{page.name}: {target} is not there"
        elif place and place not in anchors(file.read_text(encoding="utf-8")):
            yield f"{page.name}: no heading for {target}"


def spoken() -> list[re.Pattern[str]]:
    """Every text that a page may show, with anything where a value comes."""
    said = []
    for message in current():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            parts = VALUE.split(re.sub(r"<[^>]+>", "", text))
            said.append(re.compile(".+".join(map(re.escape, parts))))
    return said


def shown(text: str) -> set[str]:
    return {
        Path(one or two).stem
        for one, two in LINK.findall(text)
        if "pictures/" in (one or two)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    nothing(dead(page, page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.name)
def test_what_is_bold_stands_so_on_the_screen(page: Path) -> None:
    said = spoken()
    nothing(
        label
        for label in sorted(set(LABEL.findall(page.read_text(encoding="utf-8"))))
        if not any(text.fullmatch(label) for text in said)
    )


@pytest.mark.parametrize("page", GUIDE[1:], ids=lambda page: page.name)
def test_every_task_stands_in_the_list_at_the_top(page: Path) -> None:
    top, *parts = re.split(r"^(?=## )", page.read_text(), flags=re.MULTILINE)[1:]
    listed = {link for link, _ in LINK.findall(top)}
    nothing(
        heading
        for part in parts
        if f"#{anchor(heading := HEADING.findall(part)[0])}" not in listed
    )


def test_every_picture_is_taken_by_the_script_and_shown_somewhere() -> None:
    there = {file.stem for file in FOLDER.iterdir()}
    used = set().union(*(shown(page.read_text(encoding="utf-8")) for page in PAGES))
    nothing(f"{name}: taken or shown, not both" for name in there ^ used)
    nothing(f"{name}: the album does not know it" for name in there ^ PICTURES.keys())


def test_pictures_are_light() -> None:
    sizes = {file.name: file.stat().st_size for file in FOLDER.iterdir()}
    nothing(name for name, size in sizes.items() if size > 150 * KIB)
    assert sum(sizes.values()) < 2 * KIB * KIB


def test_a_dead_link_is_found() -> None:
    page = ROOT / "docs" / "user-guide" / "x.md"
    text = "[a](nowhere.md) [b](#here) [c](README.md#nowhere)\n# There"
    assert len(list(dead(page, text))) == 3
