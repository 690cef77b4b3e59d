"""Our own code, read as text and as a tree: what the house tests look at."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from app.modules import MODULES

ROOT = Path(__file__).parents[2]
ROOMS = tuple(module.name for module in MODULES)
PACKAGES = ("app", "identity", "jobs", "notifier", "signing", "storage")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A file of ours, or a snippet that claims to be one."""

    path: str
    text: str

    @property
    def module(self) -> str:
        """The name by which it is imported."""
        dotted = self.path.removesuffix(".py").replace("/", ".")
        return dotted.removesuffix(".__init__")

    @property
    def room(self) -> str:
        """The folder of app/ that it stands in."""
        return self.path.split("/")[1] if self.path.count("/") > 1 else ""

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def names(self) -> Iterator[tuple[int, str]]:
        """Every dotted name that the code uses, and its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                yield node.lineno, ast.unparse(node)

    def imports(self, known: frozenset[str]) -> set[str]:
        """The modules that it imports, inside functions too."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {self._named(node, alias.name, known) for alias in node.names}
        return found

    def _named(self, node: ast.ImportFrom, name: str, known: frozenset[str]) -> str:
        """`from a.b import c` takes the module a.b.c, if there is one, or else a.b."""
        package = "." * node.level + (node.module or "")
        whole = f"{package}.{name}"
        return whole if whole in known else package


def source(path: Path) -> Source:
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


@cache
def code() -> tuple[Source, ...]:
    """All of our code that is no test."""
    found = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    return tuple(source(path) for path in sorted([*found, ROOT / "wsgi.py"]))


@cache
def checks() -> tuple[Source, ...]:
    return tuple(source(path) for path in sorted((ROOT / "tests").rglob("*.py")))


def nothing(found: Iterable[str]) -> None:
    """Fail with a line for each thing that was found."""
    lines = list(found)
    assert not lines, "\n".join(["", *lines])
