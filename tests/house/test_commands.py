"""The two commands keep their word where something is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

A_SKIP = """\
import pytest

def test_what_runs(): pass

@pytest.mark.skip(reason="no server here")
def test_what_does_not(): pass
"""


def run(
    *command: str | Path, cwd: Path, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_a_skip_is_told_and_fails_in_ci(tmp_path: Path, ci: str, status: int) -> None:
    (tmp_path / "test_some.py").write_text(A_SKIP)
    pytest_ = (
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.skips",
        "-p",
        "no:cacheprovider",
    )
    done = run(*pytest_, cwd=tmp_path, CI=ci)
    assert done.returncode == status
    *_, told, last = filter(None, done.stdout.splitlines())
    assert told == "1 skipped: no server here"
    assert "1 passed, 1 skipped" in last


def test_without_a_python_that_will_do_one_sentence_says_so(tmp_path: Path) -> None:
    done = run(
        ROOT / ".ci" / "install", "requirements.lock", cwd=tmp_path, PYTHON="/bin/false"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Energiepost needs Python 3.11 or later with venv")
    assert not (tmp_path / ".venv").exists()


def test_help_tells_of_every_command() -> None:
    done = run("make", "help", cwd=ROOT)
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    (line,) = (line for line in recipe.splitlines() if line.startswith(".PHONY: "))
    told = {words.split()[1] for words in done.stdout.splitlines()}
    assert told == set(line.removeprefix(".PHONY: ").split())
