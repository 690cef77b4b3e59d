"""What one app worked out, kept for the next: tests make a thousand of the same house.

Werkzeug writes and compiles code for each route of each app, Jinja for each page. That
takes ten times as long as all else that makes an app, and is the same each time.
"""

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_builders: dict[tuple[object, ...], Builder] = {}


class KnownRule(Rule):
    """A route; the code that builds its addresses is compiled once."""

    def _compile_builder(
        self,
        append_unknown: bool = True,  # noqa: FBT001, FBT002 - inherited
    ) -> Builder:
        if self.defaults:  # then it depends on their converters too
            return super()._compile_builder(append_unknown)
        key = (self.rule, *self._trace, append_unknown)
        if key not in _builders:
            _builders[key] = super()._compile_builder(append_unknown)
        return _builders[key]


class KnownPages(BytecodeCache):
    """Templates as an earlier app compiled them, as long as their text is the same."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._pages.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._pages[bucket.key, bucket.checksum] = bucket.code


def keep() -> None:
    """Let every app of this process begin with what an earlier one worked out."""
    Flask.url_rule_class = KnownRule
    Flask.jinja_options = {"bytecode_cache": KnownPages()}
