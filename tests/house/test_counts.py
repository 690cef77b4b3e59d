"""What is counted in our code: sizes, and words that belong to one place only."""

import ast
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from statistics import median
from typing import NamedTuple

import pytest

from tests.house.source import ROOMS, Source, checks, code, nothing

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION, MOST_POSITIONAL = 300, 50, 8, 5


class Word(NamedTuple):
    """Names that stand nowhere but in the places given, and why."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    reason: str


WORDS = (
    Word(
        ("datetime.now", "*.utcnow", "date.today", "datetime.today", "time.time"),
        ("app/kernel/clock.py",),
        "one place knows the time",
    ),
    Word(("*.commit",), (), "the context manager commits"),
    Word(
        ("os.environ", "os.getenv"),
        ("app/settings.py",),
        "settings are read once",
    ),
    Word(("import pickle", "import marshal"), (), "bytes of others are no objects"),
    Word(("import random",), ("app/demo/gen*.py",), "secrets come from secrets"),
    Word(("eval", "exec", "compile", "os.system"), (), "no text is run"),
    Word(("Markup", "markupsafe.Markup"), (), "templates escape"),
)


def strays(file: Source) -> Iterator[str]:
    """Words that stand where they do not belong."""
    imported = [(1, f"import {name}") for name in file.imports(frozenset())]
    for line, name in [*imported, *file.names()]:
        for word in WORDS:
            at_home = any(fnmatchcase(file.path, place) for place in word.places)
            if not at_home and any(fnmatchcase(name, stray) for stray in word.names):
                yield f"{file.path}:{line} {name}: {word.reason}"


def shells(file: Source) -> Iterator[str]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.keyword) and node.arg == "shell":
            yield f"{file.path}:{node.value.lineno} shell="


def silent(file: Source) -> Iterator[str]:
    if not ast.get_docstring(file.tree):
        yield f"{file.path} promises nothing"


def long_functions(file: Source) -> Iterator[str]:
    for function in file.functions():
        if length(function) > LONGEST_FUNCTION:
            yield f"{file.path} {function.name}: {length(function)} lines"


def wide_functions(file: Source) -> Iterator[str]:
    for function in file.functions():
        named = [*function.args.posonlyargs, *function.args.args]
        count = len([arg for arg in named if arg.arg not in {"self", "cls"}])
        if count > MOST_POSITIONAL:
            yield f"{file.path} {function.name}: {count} positional parameters"


def long_files(file: Source) -> Iterator[str]:
    lines = file.text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{file.path}: {lines} lines; look for the second thing that it does"


def untyped(file: Source) -> Iterator[str]:
    """`Any` in a signature of a room: whoever calls it learns nothing."""
    for function in file.functions():
        args = function.args
        hints = [arg.annotation for arg in (*args.args, *args.kwonlyargs)]
        for hint in filter(None, [*hints, function.returns]):
            if any(isinstance(n, ast.Name) and n.id == "Any" for n in ast.walk(hint)):
                yield f"{file.path}:{function.lineno} {function.name}"


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def is_migration(file: Source) -> bool:
    return file.path.startswith("app/db/migrations/versions/")


RULES: tuple[Callable[[Source], Iterator[str]], ...] = (
    strays,
    shells,
    silent,
    long_functions,
    wide_functions,
    long_files,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_code_keeps_to(rule: Callable[[Source], Iterator[str]]) -> None:
    files = [file for file in code() if not is_migration(file)]
    nothing(found for file in files for found in rule(file))


def test_no_signature_of_a_room_says_any() -> None:
    rooms = [file for file in code() if file.room in ROOMS]
    nothing(found for file in rooms for found in untyped(file))


def test_half_of_our_functions_fit_in_eight_lines() -> None:
    lengths = [length(f) for file in code() for f in file.functions()]
    assert median(lengths) <= MEDIAN_FUNCTION


def patched(file: Source) -> Iterator[str]:
    """Where a test bends our own code: it has found a missing door."""
    for node in ast.walk(file.tree):
        match node:
            case (
                ast.ImportFrom(module="unittest.mock") | ast.alias(name="unittest.mock")
            ):
                yield f"{file.path} imports unittest.mock"
            case ast.Call(func=ast.Attribute(attr="setattr" | "delattr")):
                yield f"{file.path}:{node.lineno} {ast.unparse(node.func)}"


def test_no_test_bends_our_own_code() -> None:
    nothing(found for file in checks() for found in patched(file))


BAD: dict[str, tuple[Callable[[Source], Iterator[str]], str]] = {
    "a second clock": (strays, "from datetime import datetime\ndatetime.now()"),
    "a today": (strays, "from datetime import date\ndate.today()"),
    "a commit": (strays, "def f(session):\n    session.commit()"),
    "an environment": (strays, "import os\nos.environ['X']"),
    "a pickle": (strays, "def f():\n    import pickle"),
    "a die": (strays, "from random import choice"),
    "a shell": (shells, "run('ls', shell=True)"),
    "silence": (silent, "x = 1"),
    "a scroll": (long_functions, "def f():\n" + "    x = 1\n" * 50),
    "a wide door": (wide_functions, "def f(a, b, c, d, e, f): ..."),
    "a long file": (long_files, "x = 1\n" * 301),
    "an any": (untyped, "def f(x: Any) -> None: ..."),
    "a bent test": (patched, "def test(monkeypatch):\n    monkeypatch.setattr('a', 1)"),
    "a mock": (patched, "from unittest.mock import patch"),
}


@pytest.mark.parametrize(("rule", "text"), BAD.values(), ids=BAD)
def test_the_count_finds(rule: Callable[[Source], Sequence[str]], text: str) -> None:
    assert list(rule(Source("app/filedrop/bad.py", text)))
