"""Letters and texts, written from templates in which no value may be missing."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifier import Email

LINE = 75
SMS_LENGTH = 160
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


class Letters:
    """Writes what we send: every letter from three templates, every text from one."""

    def __init__(
        self,
        folder: Path,
        filters: Mapping[str, Callable[..., object]],
        house: Mapping[str, str],
    ) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html",), default_for_string=False),
            finalize=_one_line,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update({**filters, "wrap": wrap})
        self._templates.globals.update(house)

    def write(self, letter: str, *, to: str, name: str, **values: object) -> Email:
        """Write to one reader, in plain text and in HTML with the same words."""
        values["name"] = name
        subject = self._render(f"mail/{letter}/subject.txt", values)
        values["subject"] = subject
        text = self._render(f"mail/{letter}/body.txt", values) + "\n"
        html = self._render(f"mail/{letter}/body.html", values) + "\n"
        return Email(to=to, name=name, subject=subject, text=text, html=html)

    def sms(self, text: str, **values: object) -> str:
        """Write a text message that fits one part on every phone."""
        words = self._render(f"sms/{text}.txt", values)
        if len(words) > SMS_LENGTH or not GSM_7.issuperset(words):
            raise ValueError(f"the text {text!r} does not fit one SMS")
        return words

    def _render(self, template: str, values: Mapping[str, object]) -> str:
        return self._templates.get_template(template).render(values).strip()


def wrap(text: str, indent: int = 0) -> str:
    """Break a paragraph into lines of letter width; words stay whole."""
    margin = " " * indent
    return textwrap.fill(
        " ".join(text.split()),
        LINE,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(value: object) -> object:
    # A name with a line break could write its own 'Login:' line, or a header.
    if isinstance(value, str) and value.splitlines() not in ([], [value]):
        raise ValueError("a value of a letter holds a line break")
    return value
