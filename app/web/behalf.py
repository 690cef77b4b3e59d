"""On whose behalf a form speaks: its token says so, and it acts for no other."""

from flask import g, session

from app.kernel.errors import Conflict
from app.web.texts import gettext as _

ACTING = "acting"  # what the head of each page calls it; what one may is asked anew
MINE = "mine"  # this browser is of Mijn Fluvius, though nobody may be in yet or still
MARK = "~"  # no token has one
ONESELF = "0"  # no organisation's number


def acts_for(number: str, name: str) -> None:
    """This request acts for that organisation, and so do the forms of its page.

    Conflict when the form that came stood on a page of another: somebody who switched
    in a second window did not mean this one.
    """
    g.acts_for = number
    named(name)
    _agree()


def acts_for_oneself() -> None:
    """The same where one may also act for nobody else, as for a list of one's own."""
    acts_for(ONESELF, "")


def named(name: str) -> None:
    """What the head of the pages calls whom one acts for; oneself has no name."""
    if session.get(ACTING, "") != name:
        session[ACTING] = name


def marked(token: str) -> str:
    """The token of a form on this page, with whom it speaks for."""
    number = g.get("acts_for", "")
    return f"{token}{MARK}{number}" if number else token


def parted(token: str) -> tuple[str, str]:
    """The bare token, and whom it speaks for."""
    bare, _mark, number = token.partition(MARK)
    return bare, number


def speaks_for(number: str) -> None:
    """The form that came says so; Conflict when this request acts for another."""
    g.speaks_for = number
    _agree()


def _agree() -> None:
    """The two become known in either order: some views read their form late."""
    acts, speaks = g.get("acts_for", ""), g.get("speaks_for", "")
    if acts and speaks and acts != speaks:
        raise Conflict(
            _(
                "Deze pagina was van een andere organisatie: intussen handel je voor "
                "%(name)s. Er is niets gewijzigd. Kies bovenaan voor wie je handelt "
                "en probeer opnieuw.",
                name=session[ACTING] or _("jezelf"),
            )
        )
