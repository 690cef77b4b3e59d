"""What one app worked out, kept for the next: tests make a thousand of the same house.

Werkzeug writes and compiles code for each route of each app, Jinja for each page. That
takes ten times as long as all else that makes an app, and is the same each time.
"""

from collections.abc import Callable, Iterable
from types import CodeType
from typing import NamedTuple

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

Builder = Callable[..., tuple[str, str]]


class Parsed(NamedTuple):
    """What a route's text comes to, with what it reads on the way."""

    parts: list[RulePart]
    trace: list[tuple[bool, str]]
    converters: dict[str, BaseConverter]


_builders: dict[tuple[object, ...], Builder] = {}
_parsed: dict[tuple[object, ...], Parsed] = {}


class KnownRule(Rule):
    """A route; it is read once, and the code that builds its addresses compiled once.

    Its converters are those of an earlier app, which know no more than their pattern.
    """

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        assert self.map is not None
        key = (rule, *self.map.converters.values())
        if key not in _parsed:
            start = len(self._trace)
            parts = list(super()._parse_rule(rule))
            _parsed[key] = Parsed(parts, self._trace[start:], self._converters)
        else:
            self._trace.extend(_parsed[key].trace)
            self._converters.update(_parsed[key].converters)
            self.arguments.update(self._converters)
        return _parsed[key].parts

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
