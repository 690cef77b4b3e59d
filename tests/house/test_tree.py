"""What the repository holds: no secret, no index, no path of a machine, no bulk."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, nothing

TOP = {
    "app", "identity", "storage", "notifier", "signing", "jobs", "templates", "tests",
    "wsgi.py",
    "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile",
    "requirements.lock", "requirements-dev.lock", ".ci", "docs", ".gitignore",
}  # fmt: skip
LARGEST_KIB = 600
LOCKS = ("requirements.lock", "requirements-dev.lock")
# written so that no pattern finds itself
STRAY = {
    "an index of packages": re.compile(
        r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|--(?:extra-)?index-[u]rl"
        r"|--find-[l]inks|https?://[^ \"]*/[s]imple(?:[/\" ]|$)",
        re.MULTILINE,
    ),
    "a path of somebody's machine": re.compile(
        r"(?<![\w.~-])/(?:home|root|work|farm|Users)/[\w.]"
    ),
    "a secret": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE [K]EY|\bAKIA[0-9A-Z]{16}\b|\bSK[0-9a-f]{32}\b"
        r"|\bxox[bp]-\d+|\bgh[pousr]_\w{36}"
    ),
}
REQUIREMENT = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+(?: ; .+?)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def tracked() -> list[Path]:
    """The files of the repository; without git, all that is not made."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git repository")
    names = filter(None, listed.stdout.split("\0"))
    return [path for name in names if (path := ROOT / name).is_file()]


def strays(pattern: re.Pattern[str], name: str, text: str) -> Iterator[str]:
    for found in pattern.finditer(text):
        yield f"{name}: {found[0]}"


def unhashed(lock: str) -> Iterator[str]:
    """Lines that are neither a requirement with its version nor one of its hashes."""
    lines = lock.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_requirement = REQUIREMENT.fullmatch(line) and HASH.fullmatch(following)
        if not is_requirement and not HASH.fullmatch(line):
            yield line


@pytest.mark.parametrize("what", STRAY)
def test_no_file_holds(what: str) -> None:
    nothing(
        found
        for path in tracked()
        for found in strays(
            STRAY[what],
            path.relative_to(ROOT).as_posix(),
            path.read_bytes().decode("utf-8", "replace"),
        )
    )


def test_the_top_of_the_tree_holds_what_belongs_there() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    nothing(sorted(tops - TOP))


def test_no_file_is_huge() -> None:
    nothing(
        f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB"
        for path in tracked()
        if path.stat().st_size > LARGEST_KIB * 1024
    )


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_pinned_and_hashed(name: str) -> None:
    nothing(unhashed((ROOT / name).read_text(encoding="utf-8")))


def test_what_runs_is_what_was_tested() -> None:
    runtime, dev = (
        {line for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in LOCKS
    )
    nothing(sorted(runtime - dev))


BAD = {
    "an index of packages": "https://packages.example" + "/simple/flask",
    "a path of somebody's machine": "/ho" + "me/an/project",
    "a secret": "AKIA" + "A" * 16,
}


@pytest.mark.parametrize("what", STRAY)
def test_a_stray_is_found(what: str) -> None:
    assert list(strays(STRAY[what], "x.md", BAD[what]))


@pytest.mark.parametrize(
    "lock",
    ["flask>=3", "flask==3.1.3", "flask==3.1.3 \\", "-r other.lock", "--no-binary x"],
)
def test_a_loose_line_of_a_lock_is_found(lock: str) -> None:
    assert list(unhashed(lock))
