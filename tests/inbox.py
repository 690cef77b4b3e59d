"""The manager's list, read as she reads it."""

import re
from html import unescape

from tests.visitor import Visitor

BADGE = re.compile(r'<span class="badge[^>]*>(.*?)</span>')
ROW = re.compile(r"<tr[ >].*?</tr>", re.DOTALL)
ID = re.compile(r'name="id" value="([\w-]{22})"')
NAME = re.compile(r'class="file__name"[^>]*>(.*?)</a>')


def html(visitor: Visitor) -> str:
    """The open page as it was sent."""
    assert visitor.page is not None
    page: str = visitor.page.get_data(as_text=True)
    return page


def listed(visitor: Visitor, query: str = "") -> list[str]:
    """The names in the list, in their order."""
    assert visitor.open(f"/bestanden/{query}").status_code == 200
    return [unescape(n.replace("<wbr>", "")) for n in NAME.findall(html(visitor))]


def ids(visitor: Visitor, query: str = "") -> dict[str, str]:
    """The id of each name in the list."""
    names = listed(visitor, query)
    return dict(zip(names, dict.fromkeys(ID.findall(html(visitor))), strict=True))


def row(visitor: Visitor, name: str) -> str:
    """What the list says of one file."""
    listed(visitor)
    rows: list[str] = ROW.findall(html(visitor))
    (found,) = [row for row in rows if f"{name} selecteren" in row]
    return found


def badges(visitor: Visitor, name: str) -> list[str]:
    """The words in colour beside that name."""
    return [unescape(text) for text in BADGE.findall(row(visitor, name))]


def choose(visitor: Visitor, action: str, *chosen: str) -> str:
    """Tick these files and press a button; where that leads."""
    listed(visitor)
    answer = visitor.submit("/bestanden/kiezen", {"id": list(chosen), "actie": action})
    assert answer.status_code == 303
    return answer.headers["Location"]
