"""What a provider would like its customers to share: in words that it may use."""

import re
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

DETAILS = ("dag", "kwartier", "beide")
YEARS_BACK = 3
OPENINGS = ("om ", "voor ")
# what a browser or a reader may take for an address: a scheme, a host, an e-mail,
# a number to call
ADDRESS = re.compile(
    r"://|www\.|@|\w[.\u3002][^\W\d_]{2}|\d(?:[\s./-]?\d){8}", re.IGNORECASE
)


@dataclass(frozen=True)
class Wish:
    """What a provider would like its customers to share; they decide."""

    detail: str = ""
    since: date | None = None
    purpose: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.detail or self.since or self.purpose)


def may_ask_since(since: date, *, today: date) -> bool:
    """Three years back is all there is; from a day to come nobody can look back."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - YEARS_BACK, day=day) <= since <= today


def reads_on(purpose: str) -> bool:
    """Whether it goes on after a comma: `…, om je zonnepanelen te dimensioneren`."""
    return purpose.casefold().startswith(OPENINGS)


def is_plain(purpose: str) -> bool:
    """Whether it holds no address: customers read it on a page of ours."""
    return ADDRESS.search(normalize("NFKC", purpose)) is None
