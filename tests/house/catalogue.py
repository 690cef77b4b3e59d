"""The catalogue of texts as the code and the templates have it now; run, it writes it.

Dutch is the language of the source, so it needs no catalogue; another language is a
folder beside messages.pot, and counts once it is complete.
"""

import io
from collections.abc import Iterable

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from tests.house.source import ROOT

FOLDER = ROOT / "app" / "translations"
POT = FOLDER / "messages.pot"
SOURCES = (("app", "*.py", "python"), ("templates", "*.html", "jinja2"))
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
LETTERS = "templates/mail/"


def current() -> Catalog:
    """Every text, with the files that say it and no line that a commit would move."""
    catalogue = Catalog(fuzzy=False)
    for folder, pattern, method in SOURCES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(LETTERS):
                continue
            for _line, message, comments, context in extract(
                method, io.BytesIO(path.read_bytes()), KEYWORDS
            ):
                catalogue.add(
                    message,
                    locations=[(name, 0)],
                    auto_comments=comments,
                    context=context,
                )
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The same bytes whenever the texts are the same."""
    out = io.BytesIO()
    write_po(out, catalogue, sort_by_file=True, omit_header=True, include_lineno=False)
    return out.getvalue()


def wanting(template: Catalog, translated: Catalog) -> Iterable[str]:
    """What a language does not say yet, or says in doubt."""
    for message in template:
        if not message.id:
            continue
        found = translated.get(message.id, message.context)
        if found is None or not found.string or found.fuzzy:
            yield str(message.id)


def main() -> None:
    catalogue = current()
    FOLDER.mkdir(exist_ok=True)
    POT.write_bytes(written(catalogue))
    for file in FOLDER.rglob("*.po"):
        with file.open("rb") as old:
            translated = read_po(old)
        translated.update(catalogue)
        file.write_bytes(written(translated))


if __name__ == "__main__":
    main()
