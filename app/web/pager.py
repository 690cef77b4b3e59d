"""Long lists a page at a time, by filter: which rows now, and links to the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PAGE = 200
LONGEST = 9  # digits: more is no page


@dataclass(frozen=True)
class Pager:
    """Where a page stands in a list of so many rows."""

    number: int
    total: int
    size: int
    values: Mapping[str, str]
    name: str = "pagina"

    @classmethod
    def of(
        cls,
        asked: str,
        total: int,
        values: Mapping[str, str],
        *,
        size: int = PAGE,
        name: str = "pagina",
    ) -> "Pager":
        """The page that was asked; nonsense is the first, too far is the last.

        name: what an address calls it, beside another list on the same page.
        """
        is_number = asked.isascii() and asked.isdigit() and len(asked) <= LONGEST
        last = max(1, -(-total // size))
        number = min(max(int(asked), 1), last) if is_number else 1
        return cls(number, total, size, values, name)

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        return min(self.start + self.size, self.total)

    @property
    def previous(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def following(self) -> str | None:
        return self._url(self.number + 1) if self.stop < self.total else None

    def _url(self, number: int) -> str:
        return address({**self.values, self.name: str(number)})


@dataclass(frozen=True)
class Pill:
    """A filter: its word, where it leads, how many there are if that is known."""

    label: str
    url: str
    current: bool
    count: int | None


def address(values: Mapping[str, str]) -> str:
    """This page with those values in its address, and no empty ones."""
    return "?" + urlencode({key: value for key, value in values.items() if value})
