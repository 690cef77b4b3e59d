"""Flask-Babel behind three typed functions: the catalogue's only door in Python."""

import flask_babel


def gettext(text: str, **values: object) -> str:
    """The text in the reader's language, with its values filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """The text for one or for many; the number is `%(num)d`."""
    return str(flask_babel.ngettext(one, many, num))


def lazy_gettext(text: str) -> str:
    """A text that is looked up when it is shown; it behaves as a string."""
    lazy: str = flask_babel.lazy_gettext(text)
    return lazy
